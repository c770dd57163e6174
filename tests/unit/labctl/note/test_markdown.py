"""Values stay inside their cell and their code, as a Markdown parser of its own right sees them."""

import re
from html import unescape

import pytest
from markdown_it import MarkdownIt

from labctl.note.markdown import LONGEST_VALUE, bullets, code, lines, table
from tests.unit.labctl.note.nasty import NASTY

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def cells(markdown: str) -> list[list[str]]:
    """Return the rendered cells of the rows of the only table."""
    html = MARKDOWN.render(markdown)
    assert html.count("<table>") == 1
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert not html.partition("</table>")[2].strip()
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in rows]


@pytest.mark.parametrize("value", NASTY)
def test_a_value_stays_in_its_cell_and_its_code(value):
    markdown = "\n".join(table(("a", "b", "c"), [("x", code(value), "y"), ("1", "2", "3")], 9000))
    (first, middle, last), second = cells(markdown)
    assert (first, last, second) == ("x", "y", ["1", "2", "3"])
    assert re.fullmatch(r"<code>[^<>]*</code>", middle), middle
    assert unescape(middle).isprintable()


@pytest.mark.parametrize("value", NASTY)
def test_a_value_stays_in_its_line(value):
    for text in (f"- about {code(value)}, and on", *bullets([f"about {lines(value)}."], 9000)):
        assert len(text.splitlines()) == 1
        html = MARKDOWN.render(text)
        bare = re.sub(r"<code>[^<>]*</code>|<br>", "", html)
        assert re.fullmatch(r"<ul>\n<li>about [, andon.]*</li>\n</ul>\n", bare), html


@pytest.mark.parametrize("value", ["a", "http://localhost:8888/", '["ada", "ben"]', "{username}"])
def test_what_is_plain_is_readable_in_the_text_too(value):
    assert code(value) == f"`{value}`"


def test_a_long_value_is_cut_before_it_becomes_markdown():
    assert code("|" * 5000).count("&#124;") == LONGEST_VALUE
    assert code("x" * 5000).endswith("… (4800 more characters)`")


def test_what_does_not_fit_is_counted():
    rows = [(code(f"value {number}"), code("|")) for number in range(1000)]
    shown = table(("a", "b"), rows, 2000)
    assert len("\n".join(shown)) < 2200
    assert shown[-1] == f"\n… and {1000 - (len(shown) - 3)} more rows."
    assert len(cells("\n".join(shown[:-1]))) == len(shown) - 3
    assert bullets(["a" * 50] * 10, 120)[-1] == "- … and 8 more."
