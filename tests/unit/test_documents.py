"""Documents promise what tests prove."""

import re
from pathlib import Path

import pytest

TESTS = {
    name
    for path in Path("tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}
PAGES = ["README.md", *map(str, Path("docs").glob("*.md")), "offline/README.md"]


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
