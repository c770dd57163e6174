"""Names for resources: roles for rules, and words for sentences."""

import re
from typing import NamedTuple

COMPONENTS = {"dockergate": "docker-gate", "gitlablogin": "login", "gitlabstandin": "gitlab"}
"""What resources' names have in place of their component's type, by that type in lower case."""
PARTS_OF_HUB = ("announcement", "docker-gate")
"""The components that are parts of the hub's."""
PART = re.compile(
    r"(?:^|-)(container|data|volume|bridge|application|api|token|cookie-secret|crypt-key|api-token"
    r"|admin-token|(?:(?:notebook-)?foundation|base-notebook|lab)-build)$"
)
"""What components append to their own name to name a resource."""


class _Place(NamedTuple):
    """What a URN says of a resource: the prefix of its hub's names, and its role there."""

    hub: str
    role: str


def role(urn: str) -> str:
    """Return the role of a resource in its hub, whatever its name is; empty for other resources.

    The role of a hub's container is `hub-container`, even if its name is `physics-hub-container`:
    its URN has the component that it belongs to.
    """
    return _place(urn).role


def hub_of(urn: str) -> str:
    """Return the prefix of the names of a resource's hub, such as `physics-`, or an empty text."""
    return _place(urn).hub


def _place(urn: str) -> _Place:
    types, _, name = urn.rpartition("::")
    owner = re.search(r"jupyterhub:index:(\w+)\$[^$]+$", types)
    part = PART.search(name)
    if not owner or not part:
        return _Place("", "")
    component = COMPONENTS.get(owner[1].lower(), owner[1].lower())
    hub = name.removesuffix(part[1]).removesuffix(f"{component}-")
    if component in PARTS_OF_HUB:  # whose name theirs begin with
        hub = hub.removesuffix("hub-")
    return _Place(hub, part[1] if component == "image" else f"{component}-{part[1]}")


def in_words(urn: str) -> str:
    """Return a resource's name in words: `image lab`, `network`, `hub container`.

    `urn` is `urn:pulumi:<stack>::<project>::<types, outermost first>::<logical name>`.
    """
    types, _, name = urn.rpartition("::")
    match types.rpartition("::")[2].rpartition("$")[2]:
        case "pulumi:pulumi:Stack":
            return "the program"
        case "docker:index/image:Image":
            return f"image {name.removesuffix('-build')}"
        case "docker:index/network:Network":
            return name.removesuffix("-bridge").replace("-", " ")
    return name.replace("-", " ")
