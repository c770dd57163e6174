"""How rules are found, and that each has a bad example and a row in the page."""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from policy.rule import every_rule
from tests.unit.policy.asking import OF_WHOLE_STACKS, RULES

MODULES = {path.stem for path in Path("policy/rules").glob("*.py")} - {"__init__"}


def bad_examples() -> Iterator[str]:
    """Yield the rule of each bad example in the tests of a module of rules."""
    for module in MODULES:
        tests = import_module(f"tests.unit.policy.rules.test_{module}")
        for rows in ("BAD", "BAD_PARTS"):
            yield from (rule for rule, *_ in getattr(tests, rows, ()))


def test_every_rule_has_a_bad_example():
    assert {*bad_examples()} | OF_WHOLE_STACKS == RULES.keys()


def test_the_page_lists_every_rule():
    page = Path("docs/policies.md").read_text()
    rows = re.findall(r"^\| `(.+)` \| (.+) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [
        (policy.name, policy.description.split(". ")[0], str(policy.enforcement_level.value))
        for policy in RULES.values()
        if policy.enforcement_level
    ]


RULE = """
from policy.rule import rule

@rule("a:index:B")
def {name}(resource):
    \"\"\"Refuse everything.\"\"\"
    yield "no"
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return what writes the modules of a package of rules."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "found_rules").mkdir()

    def write(**modules: str) -> str:
        for name, text in {"__init__": "", **modules}.items():
            (tmp_path / f"found_rules/{name}.py").write_text(text)
        return "found_rules"

    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] == "found_rules"]:
        del sys.modules[name]


def test_rules_are_found_in_the_order_of_modules_and_of_their_lines(package):
    written = package(
        later=RULE.format(name="be_late"), early=RULE.format(name="z") + RULE.format(name="a_b")
    )
    assert [rule.name for rule in every_rule(written)] == ["z", "a-b", "be-late"]


def test_a_module_without_rules_is_named(package):
    written = package(early=RULE.format(name="a"), idle="def a(resource):\n    yield\n")
    with pytest.raises(LookupError, match=r"found_rules\.idle defines no rule: make its function"):
        every_rule(written)
