"""What may be asked of the engine. This module only decides; server.py asks.

A request to make a container is compared with those that the stack declares, by comparison.py.
"""

import json
from dataclasses import dataclass
from typing import Any

from .comparison import RefusedError, differences, matches, parsed

PART = "jupyterhub.part"
"""The label that says what a container is: a person's server, or a look at the host."""


@dataclass(frozen=True)
class Kind:
    """Containers that the hub may make: what they are called, and what they may be.

    `name` is the pattern of their names; None if the engine makes names up.
    """

    name: str | None
    bodies: list[Any]


@dataclass(frozen=True)
class Policy:
    """What a stack declares. `kinds` are by the label PART of their containers."""

    labels: dict[str, str]
    guard: dict[str, str]
    """The labels of the container without which none starts; empty if there is no such one."""
    images: list[str]
    volumes: list[str]
    """The patterns of the volumes that the hub may look at."""
    kinds: dict[str, Kind]
    leases: bool = False
    """Whether the hub may read which GPUs are leased on the engine, by whatever stack."""

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Return what components/gate_policy.py has written."""
        told = json.loads(text)
        kinds = {part: Kind(**kind) for part, kind in told.pop("kinds").items()}
        return cls(**told, kinds=kinds)

    def container(self, content: bytes, name: str | None) -> Any:
        """Return the body of a request to make a container, parsed; else raise `RefusedError`."""
        body = parsed(content)
        labels = body.get("Labels") if isinstance(body, dict) else None
        part = labels.get(PART) if isinstance(labels, dict) else None
        kind = self.kinds.get(part) if isinstance(part, str) else None
        if kind is None:
            msg = f"a container has to be labelled {PART}={' or '.join(self.kinds)}"
            raise RefusedError(msg)
        if (name is None) != (kind.name is None) or not matches(kind.name or "", name or ""):
            msg = f"the name {name} is not one of a {part}'s"
            raise RefusedError(msg)
        differing = [[*differences(expected, body)] for expected in kind.bodies]
        if all(differing):
            nearest = min(differing, key=len, default=["everything"])
            msg = f"{', '.join(nearest[:5])} of a {part} is not as the stack declares it"
            raise RefusedError(msg)
        return body

    def part_of(self, container: Any) -> str:
        """Return what a container of the stack's is, by what the engine says of it.

        Raises `RefusedError` if the hub has not made it.
        """
        labels = container["Config"]["Labels"] or {}
        part = labels.get(PART)
        if part not in self.kinds or not self.labels.items() <= labels.items():
            msg = "that container is not one that the hub has made"
            raise RefusedError(msg)
        return str(part)

    def check_image(self, name: str) -> None:
        """Raise `RefusedError` unless an image is one of the stack's notebooks."""
        if name not in self.images:
            msg = f"the image {name} is none of the stack's notebooks"
            raise RefusedError(msg)

    def check_volume(self, name: str) -> None:
        """Raise `RefusedError` unless a volume is one that the stack's notebooks may see."""
        if not any(matches(pattern, name) for pattern in self.volumes):
            msg = f"the volume {name} is none of the stack's notebooks"
            raise RefusedError(msg)
