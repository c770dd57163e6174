"""The requests that the gate understands, told apart by method, address and parameters."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from .comparison import RefusedError, matches

NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}"
"""A name or an id of a container or a volume."""
VERSION = re.compile(r"^/v1\.[0-9]{2}(?=/)")
"""The API's version in an address. The engine is asked without it, which means its newest: in older
ones, the same words mean something else."""
FLAG, NO = "(?i:true|false|[01])", "(?i:false|0)"
OBJECTS = {"container": NAME, "volume": NAME, "image": r"[\w.:/@-]{1,255}"}
"""The patterns of what an address names."""


@dataclass(frozen=True)
class Call:
    """A request that was understood, with the objects and the parameters that it names."""

    objects: dict[str, str]
    query: dict[str, str]
    content: bytes


@dataclass(frozen=True)
class Route:
    """A kind of request that may be made.

    `query` has a pattern for each parameter. `check` raises `RefusedError` for a call that may not
    be made; it returns the call's objects, and the body that the engine is sent, or None.
    """

    method: str
    address: str
    query: dict[str, str]
    check: Callable[[Call], Awaitable[tuple[dict[str, str], Any]]]

    def understood(self, method: str, address: str, query: str, content: bytes) -> Call | None:
        """Return a request of this kind; None if it is of another kind.

        Raises `RefusedError` if its parameters are not as they should be.
        """
        pattern = re.sub(r"\{(\w+)\}", lambda key: f"(?P<{key[1]}>{OBJECTS[key[1]]})", self.address)
        found = re.fullmatch(pattern, address, re.ASCII)
        if not found or method != self.method:
            return None
        given = parse_qsl(query, keep_blank_values=True)
        values = dict(given)
        if len(values) < len(given) or not all(
            matches(self.query.get(key, "(?!)"), value) for key, value in values.items()
        ):
            msg = f"the parameters {query[:100]} are not expected here"
            raise RefusedError(msg)
        return Call(found.groupdict(), values, content)
