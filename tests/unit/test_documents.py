"""Documents promise what tests prove."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from components.configuration import Configuration
from components.neighbours import conflicts

TESTS = {
    name
    for path in Path("tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}
PAGES = [
    "README.md",
    *map(str, Path("docs").glob("*.md")),
    "offline/README.md",
    "examples/two-hubs/README.md",
]


def test_every_row_of_the_article_names_tests_that_exist():
    rows = [
        line
        for line in Path("docs/from-the-article.md").read_text().splitlines()
        if line.startswith("| ") and not line.startswith("| the article")
    ]
    assert len(rows) > 35
    for row in rows:
        named = set(re.findall(r"`(test_\w+)`", row.rsplit(" | ", 1)[1]))
        assert named, f"a row without a test: {row}"
        assert named <= TESTS, f"no such test: {named - TESTS}"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = Path(page).read_text()
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (Path(page).parent / target).exists(), target


def test_the_readme_names_only_verbs_that_exist():
    verbs = set(re.findall(r"^([a-z]+):.*##", Path("Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", Path("README.md").read_text())) <= verbs


def test_the_stack_file_of_the_guide_is_a_good_one(tmp_path):
    page = Path("docs/new-stack.md").read_text()
    [block] = re.findall(r"^    config:\n(?:      .*\n)+", page, re.MULTILINE)
    config = yaml.safe_load(block)["config"]
    sections = {key.removeprefix("jupyterhub:"): value for key, value in config.items()}
    Configuration.model_validate(sections)

    for stack in Path().glob("Pulumi.*.yaml"):
        shutil.copy(stack, tmp_path)
    (tmp_path / "Pulumi.physics.yaml").write_text(yaml.safe_dump({"config": config}))
    assert conflicts("jupyterhub", "physics", tmp_path) == []
