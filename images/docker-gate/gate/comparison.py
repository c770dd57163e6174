"""Compares a request's body with what is declared.

It is by equality: a field that is not there is refused, whether this gate knows what it does or
not. In what is declared, five kinds of objects stand for what differs from person to person:

- `{"matches": "<pattern>"}`: a text that the regular expression matches as a whole, without line
  breaks, NUL, or halves of characters, which two readers could understand differently;
- `{"within": "<subnet>"}`: an address of IPv4 in a subnet, as everybody writes it;
- `{"same_as": "<field>"}`: the text that is in this field of the body;
- `{"joins": [<keys>], "after": "<text>"}`: what the texts of the list at these keys of the body are
  after that beginning, with commas between them;
- `{"each_of": [...], "any_of": [...]}`: a list of each item of the first and any of the second,
  in any order, and none twice.
"""

import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any, NoReturn


class RefusedError(Exception):
    """Why a request is refused."""


def differences(expected: Any, body: Any) -> Iterator[str]:
    """Yield the paths at which a body is not what is expected there."""
    return _differences(expected, body, "", body)


def _differences(expected: Any, given: Any, path: str, body: Any) -> Iterator[str]:
    fits = _fits(expected, given, body)
    if fits is not None:
        if not fits:
            yield path
    elif isinstance(expected, dict) and isinstance(given, dict):
        yield from _of_fields(expected, given, path, body)
    elif isinstance(expected, list) and isinstance(given, list) and len(given) == len(expected):
        for number, (one, other) in enumerate(zip(expected, given, strict=True)):
            yield from _differences(one, other, f"{path}[{number}]", body)
    elif type(expected) is not type(given) or expected != given:
        yield path


def _fits(expected: Any, given: Any, body: Any) -> bool | None:
    """Tell whether a value is as it may be where that differs; None where it does not differ."""
    match expected:
        case {"matches": str(pattern)}:
            return isinstance(given, str) and given.isprintable() and matches(pattern, given)
        case {"within": str(subnet)}:
            return isinstance(given, str) and _is_within(subnet, given)
        case {"same_as": str(field)}:
            return isinstance(given, str) and given == body.get(field)
        case {"joins": list(keys), "after": str(start)}:
            return isinstance(given, str) and given == _joined(keys, start, body)
        case {"each_of": list(each), "any_of": list(some)}:
            return _is_of(each, some, given, body)
    return None


def _of_fields(
    expected: dict[str, Any], given: dict[str, Any], path: str, body: Any
) -> Iterator[str]:
    for key in {**expected, **given}:
        place = f"{path}.{key}".lstrip(".")
        if key in expected and key in given:
            yield from _differences(expected[key], given[key], place, body)
        elif key in given or not _may_be_empty(expected[key]):
            yield place


def matches(pattern: str, text: str) -> bool:
    r"""Tell whether a pattern, in which \d and \w mean ASCII, matches a whole text."""
    return re.fullmatch(pattern, text, re.ASCII) is not None


def _is_within(subnet: str, given: str) -> bool:
    try:
        address = IPv4Address(given)
    except ValueError:
        return False
    return address in IPv4Network(subnet) and str(address) == given


def _joined(keys: list[Any], start: str, body: Any) -> str | None:
    """Return what the texts of a list of the body are after `start`; None if there is no such."""
    for key in keys:
        try:
            body = body[key]
        except (LookupError, TypeError):
            return None
    if not (isinstance(body, list) and all(isinstance(text, str) for text in body)):
        return None
    return ",".join(text.removeprefix(start) for text in body)


def _may_be_empty(expected: Any) -> bool:
    """Tell whether a list of nothing, as a field that is left out means it, is expected too."""
    match expected:
        case {"each_of": [], "any_of": list(), **more}:
            return not more
    return False


def _is_as(expected: Any, given: Any, body: Any) -> bool:
    return next(_differences(expected, given, "", body), None) is None


def _is_of(each: list[Any], some: list[Any], given: Any, body: Any) -> bool:
    """Tell whether a list has all of `each` and any of `some`, and every item of it once."""
    if not isinstance(given, list):
        return False
    left = [*given]
    for one in each:
        place = next((at for at, item in enumerate(left) if _is_as(one, item, body)), None)
        if place is None:
            return False
        del left[place]  # not `remove`, for which 1 and true are the same
    if not all(any(_is_as(one, item, body) for one in some) for item in left):
        return False
    return len({json.dumps(item, sort_keys=True) for item in given}) == len(given)


def parsed(content: bytes) -> Any:
    """Return what JSON says; raise `RefusedError` if two readers could read it differently."""
    try:
        return json.loads(content, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        msg = "the body is no JSON that everybody reads alike"
        raise RefusedError(msg) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        msg = "a key stands twice"
        raise ValueError(msg)
    return found


def _no_number(name: str) -> NoReturn:
    msg = f"{name} is no number"
    raise ValueError(msg)
