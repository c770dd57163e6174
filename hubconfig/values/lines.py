"""Words that people read."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _on_one_line(text: str) -> str:
    if not text.isprintable() or not text.strip() or text != text.strip():
        msg = "expected words on one line, without blanks around them"
        raise ValueError(msg)
    return text


Line = Annotated[str, Field(max_length=500), AfterValidator(_on_one_line)]
"""A line of text, up to 500 characters, so that it stays one on a page."""
