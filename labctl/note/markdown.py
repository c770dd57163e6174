"""Markdown whose meaning does not depend on the values in it.

GitLab looks for mentions, references and other Markdown everywhere except in code, and for quick
actions at the start of a line. So a value is always code, on one line, and never begins that line.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

LONGEST_VALUE = 200
"""How many characters of a value are shown."""
LONGEST_LIST = 20
LONGEST_TEXT = 2_000
"""How many characters of a message are shown, counted in Markdown."""
NOTHING = "—"

_PLAIN = re.compile(r"[^\s`|\\$](?:[^`|\\\n]*[^\s`|\\$])?")
_LONG_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28,}\b")


def code(value: Any) -> str:
    """Return a value as Markdown code, with at most `LONGEST_VALUE` characters of it."""
    if value is None:
        return NOTHING
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = _LONG_DIGEST.sub(r"\1…", text)
    if len(text) > LONGEST_VALUE:
        text = f"{text[:LONGEST_VALUE]}… ({len(text) - LONGEST_VALUE} more characters)"
    text = "".join(_visible(character) for character in text)
    if _PLAIN.fullmatch(text):
        return f"`{text}`"
    # Not every parser takes all of these characters in a code span in a table.
    return f"<code>{''.join(map(_entity, text))}</code>"


def _visible(character: str) -> str:
    if character == "\n":
        return "↵"
    return character if character.isprintable() else f"\\x{ord(character):02x}"


def _entity(character: str) -> str:
    return character if character.isalnum() else f"&#{ord(character)};"


def listed(values: Iterable[Any]) -> str:
    """Return values as a list in a sentence, at most `LONGEST_LIST` of them."""
    items = [code(value) for value in values]
    more = len(items) - LONGEST_LIST
    return ", ".join(items[:LONGEST_LIST] + ([f"and {more} more"] if more > 0 else []))


def lines(text: str) -> str:
    """Return a text as code on one line, without empty lines; about `LONGEST_TEXT` of it."""
    full = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "<br>".join(_limited(code, full, LONGEST_TEXT, "… and {} more lines"))


def bullets(items: list[str], limit: int) -> list[str]:
    """Return the lines of a list; items beyond `limit` characters are counted, not shown."""
    return list(_limited("- {}".format, items, limit, "- … and {} more."))


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], limit: int) -> list[str]:
    """Return the lines of a table whose cells are Markdown; rows are limited as in `bullets`."""
    shown = _limited(_row, rows, limit, "\n… and {} more rows.")
    return [_row(head), f"|{'---|' * len(head)}", *shown]


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _limited(
    written: Callable[[T], str], items: Sequence[T], limit: int, rest: str
) -> Iterator[str]:
    for number, item in enumerate(items):
        text = written(item)
        limit -= len(text) + 1
        if limit < 0:
            yield rest.format(len(items) - number)
            return
        yield text
