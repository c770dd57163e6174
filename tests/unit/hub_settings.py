"""The keys of settings.json: which components/ writes, and which images/hub/ reads."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from hubconfig.servers import Servers
from tests.hub_modules import settings, told

SERVERS = Servers.model_validate(
    {
        "notebook": {"shared": [{"source": "/srv/data", "target": "/data"}]},
        "profiles": [{"name": "Large"}],
        "gpus": {"pool": [0], "limits": {"lab": 1}},
    }
)
"""With an item in every list."""


def written() -> set[str]:
    """Name the keys that are written, such as `notebook.shared[].source`."""
    return set(_in(json.loads(told(SERVERS))))


def read() -> set[str]:
    """Name the keys that are read, in the same form."""
    return set(_of(settings.Settings))


def _in(value: Any, path: str = "") -> Iterator[str]:
    match value:
        case dict() if path != "labels":  # whose keys are what is told
            for key, item in value.items():
                yield from _in(item, f"{path}.{key}".lstrip("."))
        case [dict() as item, *_]:
            yield from _in(item, f"{path}[]")
        case _:
            yield path


def _of(kind: type, path: str = "") -> Iterator[str]:
    hints = get_type_hints(kind)
    for field in fields(kind):
        hint, name = hints[field.name], f"{path}.{field.name}".lstrip(".")
        item = next((one for one in get_args(hint) if is_dataclass(one)), None)
        if isinstance(item, type):
            yield from _of(item, f"{name}[]")
        elif is_dataclass(hint) and isinstance(hint, type):
            yield from _of(hint, name)
        else:
            yield name
