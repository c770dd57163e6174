"""What resources are called, in sentences and in rules."""

import re

COMPONENTS = {"gitlablogin": "login", "gitlabstandin": "gitlab"}
"""What the names of their resources say instead of the component's type."""
PART = re.compile(
    r"(?:^|-)(container|data|bridge|application|api|token|cookie-secret|crypt-key|api-token"
    r"|admin-token|(?:(?:notebook-)?foundation|base-notebook|lab)-build)$"
)
"""What components add to their own name for that of a resource."""


def role(urn: str) -> str:
    """Return what a resource is to a hub, whatever the program calls it; nothing for others.

    The hub's container is `hub-container`, be it named `physics-hub-container`: the component that
    it belongs to is in its URN.
    """
    return _place(urn)[1]


def hub_of(urn: str) -> str:
    """Return what the program's names say of the hub that a resource is of, such as `physics-`."""
    return _place(urn)[0]


def _place(urn: str) -> tuple[str, str]:
    types, _, name = urn.rpartition("::")
    owner = re.search(r"jupyterhub:index:(\w+)\$[^$]+$", types)
    part = PART.search(name)
    if not owner or not part:
        return "", ""
    component = COMPONENTS.get(owner[1].lower(), owner[1].lower())
    hub = name.removesuffix(part[1]).removesuffix(f"{component}-")
    return hub, part[1] if component == "image" else f"{component}-{part[1]}"


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
