"""What docs/security.md says of advisories holds: versions in lock files, and settings."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.version import Version

from tests.hub_modules import FOLDER
from tests.unit.test_documents import TESTS

SECTIONS = re.split(r"^## ", Path("docs/security.md").read_text(), flags=re.MULTILINE)
[ADVISORIES] = [section for section in SECTIONS if section.startswith("Advisories\n")]
ROWS = [
    row.strip("| ").split(" | ")
    for row in ADVISORIES.splitlines()
    if row.startswith("|") and not row.startswith(("| advisory |", "|---"))
]
FIXED = [row for row in ROWS if len(row) == 5]
"""What a version has the fix for: advisory, component, version, what it was, and what holds it."""
APART = [row for row in ROWS if len(row) == 4]
"""What does not apply: advisory, component, why not, and what holds it."""
LOCKS = [Path("requirements.lock"), *Path("images").rglob("*.lock")]
HUB = [ast.parse(file.read_text()) for file in FOLDER.glob("*.py")]


def locked(component: str) -> list[tuple[str, str]]:
    """Return each lock file that has a component, with the version."""
    line = re.compile(rf"^{component}==([^\s;]+)", re.MULTILINE)
    return [(str(lock), version) for lock in LOCKS for version in line.findall(lock.read_text())]


def strings(tree: ast.AST) -> Iterator[str]:
    """Yield every string in a piece of Python."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def scopes_of_services() -> Iterator[str]:
    """Yield what the hub's services may do."""
    for node in (node for tree in HUB for node in ast.walk(tree)):
        if isinstance(node, ast.Dict):
            keys = {
                key.value: value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
            if {"services", "scopes"} <= keys.keys():
                yield from strings(keys["scopes"])


def files_with(setting: str) -> list[str]:
    """Return the files of images that name a setting."""
    files = (file for file in Path("images").rglob("*") if file.is_file())
    return [str(file) for file in files if setting in file.read_text(errors="replace")]


def test_every_row_says_what_holds_it():
    assert (FIXED, APART) != ([], [])
    assert [row for row in ROWS if row not in FIXED + APART] == []
    for advisory, *_, holder in ROWS:
        named = set(re.findall(r"`(test_\w+)`", holder))
        assert named or "the version" in holder, advisory
        assert named <= TESTS, f"{advisory}: no such test: {named - TESTS}"


@pytest.mark.parametrize(("advisory", "component", "fixed"), [row[:3] for row in FIXED])
def test_every_lock_file_has_a_version_with_the_fix(advisory, component, fixed):
    found = locked(component)
    assert any(lock.startswith("images/") for lock, _ in found), f"{component} is in no image"
    old = [each for each in found if Version(each[1]) < Version(fixed)]
    assert old == [], f"{advisory} is fixed in {component} {fixed}: take that, and run make lock"


def test_nothing_is_installed_but_what_is_locked():
    components = {row[1] for row in ROWS}
    named = rf"\b({'|'.join(components)})\s*([=<>~!]=|[<>])"
    for file in Path("images").rglob("*"):
        if file.is_file() and file.suffix not in {".lock", ".in"}:
            assert not re.search(named, file.read_text(errors="replace")), file


def test_no_service_may_change_people():
    scopes = set(scopes_of_services())
    assert "list:users" in scopes
    assert [scope for scope in scopes if scope.startswith("admin")] == []


def test_nobody_may_share_a_server():
    assert [text for tree in HUB for text in strings(tree) if re.search(r"\bshares\b", text)] == []


def test_nobody_chooses_an_image():
    assert files_with("allowed_images") == []


def test_servers_answer_pages_of_their_own_only():
    assert files_with("allow_origin") == []


def test_people_sign_in_with_gitlab_only():
    imported = {
        f"{node.module}"
        for tree in HUB
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("oauthenticator")
    }
    assert "oauthenticator.gitlab" in imported
    assert imported <= {"oauthenticator", "oauthenticator.gitlab", "oauthenticator.oauth2"}


def test_the_classic_notebook_is_in_no_image():
    assert [lock for lock, _ in locked("notebook") if lock.startswith("images/")] == []
