"""A preview's values, without the secrets in them."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

from .secrecy import SECRET, names_a_secret, redacted

UNKNOWN = "[known at apply]"
"""Stands for a value that only the update will know."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How Pulumi marks secrets and unknown values in JSON: sdk/go/common/resource/{sig,plugin}."""


def revealed(value: Any) -> Any:
    """Return a value of a resource's state as plain JSON without a secret."""
    match value:
        case dict() if value.get(_SIGNATURE) == _SECRET_SIGNATURE:
            return SECRET
        case dict():
            return {key: _of_key(key, item) for key, item in value.items() if key[:2] != "__"}
        case list():
            plain = [revealed(item) for item in value]
            return [_of_argument(before, item) for before, item in pairwise(["", *plain])]
        case str():
            return UNKNOWN if value == _UNKNOWN else redacted(value)
        case _:
            return value


def _of_key(key: str, value: Any) -> Any:
    plain = revealed(value)
    if key == "envs" and isinstance(plain, list):
        return [_of_entry(entry) for entry in plain]
    if key == "labels" and isinstance(plain, list):
        return [_of_label(label) for label in plain]
    if key == "contentBase64" and isinstance(value, str) and plain != UNKNOWN:
        return f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"  # nobody can read base64
    return _hidden(plain) if names_a_secret(key) else plain


def _of_argument(before: Any, plain: Any) -> Any:
    """Return an argument, hidden after an option that names a secret, such as --password."""
    match before, plain:
        case str(option), str(text) if option[:1] == "-" != text[:1] and "=" not in option:
            return _hidden(text) if names_a_secret(option) else text
        case _:
            return plain


def _of_label(label: Any) -> Any:
    match label:
        case {"label": str(name), "value": value} if names_a_secret(name):
            return {**label, "value": _hidden(value)}
        case _:
            return label


def _of_entry(entry: Any) -> Any:
    """Return a NAME=value, of which the whole value is hidden if the name is that of a secret."""
    name, _, value = entry.partition("=") if isinstance(entry, str) else ("", "", "")
    return f"{name}={SECRET}" if value and names_a_secret(name) else entry


def _hidden(plain: Any) -> Any:
    """Return a revealed value in which every text and number is hidden."""
    match plain:
        case dict():
            return {key: _hidden(item) for key, item in plain.items()}
        case list():
            return [_hidden(item) for item in plain]
        case _:
            told = plain is None or isinstance(plain, bool) or plain in {"", UNKNOWN}
            return plain if told else SECRET


def paths_of(mark: str, value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of texts with a mark in a revealed value, such as `uploads[0].content`.

    `mark` is `SECRET` or `UNKNOWN`.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths_of(mark, item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from paths_of(mark, item, f"{path}[{number}]")
    elif isinstance(value, str) and mark in value:
        yield path


def file_holds_a_secret(content: str) -> bool:
    """Tell whether a file holds a secret that Pulumi was not told of; JSON is read by its keys."""
    plain: Any = content
    with suppress(ValueError):
        plain = json.loads(content)
    return next(paths_of(SECRET, revealed(plain)), None) is not None
