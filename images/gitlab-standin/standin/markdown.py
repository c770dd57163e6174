"""GitLab Flavored Markdown, as much of it as reports in merge requests use, made safe to show."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    *("a", "blockquote", "br", "code", "dd", "del", "details", "dl", "dt", "em", "h1", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "ins", "kbd", "li", "ol", "p", "pre", "s", "span", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "b", "i"),
}
"""Part of what GitLab's BaseSanitizationFilter lets through; pictures are not shown here."""

ATTRIBUTES = {
    "a": {"href", "title"},
    "details": {"open"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
}

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def render(text: str) -> Markup:
    """Return the HTML of a note, without what GitLab forbids and without comments."""
    tokens = PARSER.parse(text)
    for token in tokens:
        if style := token.attrs.pop("style", None):  # a column's; the page's policy ignores it
            token.attrs["align"] = str(style).removeprefix("text-align:")
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    return Markup(nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES))  # noqa: S704
