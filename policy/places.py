"""Which places a value of POLICY can be: images/docker-gate/gate/comparison.py."""

import json
import re
from typing import Any

NAME = "\0"
"""Stands in a place for the name of a person or an account."""
_CHARACTERS = (
    "([a-z0-9]|-(2[0-9a-f]|3[a-f]|40|5[b-f]|60|7[b-f])|-[c-f][0-9a-f](-[89ab][0-9a-f]){1,3})"
)
_PERSON = f"({_CHARACTERS}{{1,255}}|{_CHARACTERS}{{0,255}}--[0-9a-f]{{32}})"
_NAMES = (_PERSON, "[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")
"""The patterns of such names, of which none is `..` or has a slash."""
_PLAIN = r"(?:\\[^A-Za-z0-9\0]|[^\\.^$*+?{}\[\]|()])*"
_PLACED = re.compile(
    r'\{"EndpointsConfig": \{"[\w.-]+": \{"IPAMConfig": \{"IPv4Address": \{"within": "[\d./]+"\}{5}'
)
"""What is said of a server's network, in JSON: which addresses it may have there."""
_PATTERN = re.compile(rf"({_PLAIN})\(({_PLAIN}(?:\|{_PLAIN})*)\)({_PLAIN})|({_PLAIN})")
"""A pattern of nothing but plain texts, of which some can be alternatives."""


def places(value: Any) -> list[str]:
    """Return the places that a value can be; none if that is more than plain texts and names."""
    match value:
        case str():
            return [value]
        case {"matches": str(pattern)}:
            for name in _NAMES:
                pattern = pattern.replace(name, NAME)
            if found := _PATTERN.fullmatch(pattern):
                start, some, end, plain = found.groups()
                texts = [plain]
                if some is not None:
                    each = re.findall(rf"(?:^|\|)({_PLAIN})", some)
                    texts = [f"{start}{one}{end}" for one in each]
                return [re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL) for text in texts]
    return []


def is_placed(networking: Any) -> bool:
    """Tell whether nothing is said of a server's network but which addresses it may have there."""
    return _PLACED.fullmatch(json.dumps(networking)) is not None
