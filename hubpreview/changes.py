"""Changes of resources, as a preview shows them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .differences import Difference, differences, inputs
from .names import role
from .values import UNKNOWN, paths_of


class Operation(StrEnum):
    """What happens to a resource, the most serious first; a replacement counts once."""

    DELETE = "delete"
    REPLACE = "replace"
    UPDATE = "update"
    CREATE = "create"

    @property
    def done(self) -> str:
        """The past participle, such as `deleted`."""
        return f"{self.rstrip('e')}ed"


OPERATIONS = {str(operation): operation for operation in Operation} | {
    "import": Operation.CREATE,
    "import-replacement": Operation.REPLACE,
}


@dataclass(frozen=True)
class Change:
    """A change of one resource."""

    operation: Operation
    urn: str
    type: str
    differences: tuple[Difference, ...]
    unknown: tuple[str, ...]
    """Properties that only the update will know."""
    settings: dict[str, Any] = field(default_factory=dict)
    """The content that settings.json will have, if the resource is a hub's container."""

    @property
    def role(self) -> str:
        """The role of the resource in a hub, such as `hub-container`; empty for others."""
        return role(self.urn)


def change_of(step: dict[str, Any]) -> Change:
    """Return the change in a step of a preview, which has the states `old` and `new`."""
    old, new = step.get("old") or {}, step.get("new") or {}
    both = old and new
    return Change(
        operation=OPERATIONS[step["op"]],
        urn=step["urn"],
        type=(new or old)["type"],
        differences=tuple(
            differences(old, new, list(step.get("detailedDiff") or {})) if both else ()
        ),
        unknown=tuple(paths_of(UNKNOWN, inputs(new))),
        settings=_settings(inputs(new)),
    )


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    match given:
        case {"uploads": {"settings.json": dict(settings)}}:  # neither secret nor unknown
            return settings
        case _:
            return {}
