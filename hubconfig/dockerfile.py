"""Reads Dockerfiles: what they build on, what they are given, and as whom the result runs."""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\}|\{[^}]*\})")
_HEREDOC = re.compile(r"\d*<<-?[\"']?([A-Za-z_]\w*)[\"']?")
_SYNTAX = re.compile(r"#\s*syntax\s*=\s*(\S+)", re.IGNORECASE)
"""Names the image that carries out the build, if it is the first line."""


class Result(NamedTuple):
    """What the last stage of a Dockerfile is built on, as it is written, and as whom it runs.

    `user` is empty if that is as in what it is built on.
    """

    parent: str
    user: str


def text_of(file: Path) -> str:
    """Return the text of a Dockerfile, in which characters that are no UTF-8 do no harm."""
    return file.read_text("utf-8-sig", errors="replace")


def arguments_of(text: str) -> list[str]:
    """Return the names of the build arguments that a Dockerfile declares."""
    return [
        word.partition("=")[0]
        for name, _, words in _instructions(text)
        if name == "ARG"
        for word in words
    ]


def result_of(text: str) -> Result:
    """Return what a Dockerfile makes; of nothing, if it has no stage."""
    stages: dict[str, Result] = {}
    parent = user = alias = ""
    for name, _, words in _instructions(text):
        if name == "FROM" and words:
            stages[alias.lower()] = Result(parent, user)
            parent, user = stages.get(words[0].lower(), Result(words[0], ""))
            alias = words[2] if len(words) > 2 else ""
        elif name == "USER" and words:
            user = words[0].strip("\"'")
    return Result(parent, user)


def parents(text: str, arguments: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each image by two names: as in the text, and with the build's arguments filled in.

    Stages of the Dockerfile itself are left out.
    """
    stages, given, outside = {"scratch"}, dict[str, str](), True
    if syntax := _SYNTAX.match(text):
        yield "# syntax", syntax[1]
    for name, options, words in _instructions(text):
        named = [re.sub("^.*[=,]from=|^--from=", "", each) for each in options if "from=" in each]
        if name == "ARG" and outside:  # FROM sees no ARG of a stage; from= takes no variable
            for key, _, value in (word.partition("=") for word in words):
                given[key] = arguments.get(key) or _with(given, value)
        elif name == "FROM":
            named, outside = words[:1], False
        for image in (each.partition(",")[0] for each in named):
            found = _with(given, image)
            if found.lower() not in stages and not found.isdecimal():
                yield image, found
        if name == "FROM" and [word.upper() for word in words[1:2]] == ["AS"]:
            stages.add(words[2].lower())


def _instructions(text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each instruction's name, its options and its other words."""
    lines = (line.strip() for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in lines:
        while line.endswith("\\"):
            line = f"{line[:-1]} {next(lines, '')}"  # noqa: PLW2901
        name, *words = line.split() or [""]
        for start in filter(None, map(_HEREDOC.fullmatch, words)):
            while next(lines, start[1]) != start[1]:
                pass  # what is in a here-document is no instruction
        options = list(takewhile(lambda word: word.startswith("--"), words))
        yield name.upper(), options, words[len(options) :]


def _with(given: Mapping[str, str], text: str) -> str:
    """Return a text with its variables replaced; Docker refuses a name that is empty then."""
    return _VARIABLE.sub(
        lambda found: given.get(found[1] or found[2] or "") or found[3] or "", text.strip("\"'")
    )
