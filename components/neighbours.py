"""Other stacks of this project on the same Docker host, which must not get in the way."""

from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import ValidationError

from .engine import DEFAULT_SOCKET, DockerArgs
from .gitlab_settings import GitLabArgs
from .network import NetworkArgs
from .settings import Settings, prefix_of
from .site import DEFAULT_PORTS, SiteArgs, port_of

LOOPBACK = IPv4Address("127.0.0.1")
"""Where the stand-in is published."""
Section = TypeVar("Section", bound=Settings)


def conflicts(project: str, stack: str, folder: Path) -> list[str]:
    """Name what the stack file of `stack` shares with another one in `folder`, a line each.

    Only files are compared: a prefix, a published port or a subnet that two stacks on one engine
    both claim would make the second update fail half-way. What is a secret, or cannot be read,
    claims nothing.
    """
    files = {
        path.name.removeprefix("Pulumi.").removesuffix(".yaml"): path
        for path in sorted(folder.glob("Pulumi.*.yaml"))
    }
    if stack not in files:
        return []
    own = _Claims(project, stack, files.pop(stack))
    return [
        f"{project}:{key}: {mine} is also claimed by stack {name} ({path.name}: {theirs}) on the "
        f"same engine; give one of them another"
        for name, path in files.items()
        for key, mine, theirs in own.shared_with(_Claims(project, name, path))
    ]


class _Port(NamedTuple):
    address: IPv4Address | IPv6Address
    number: int

    def meets(self, other: "_Port") -> bool:
        """Tell whether the engine could not publish both."""
        addresses = {self.address, other.address}
        everywhere = any(address.is_unspecified for address in addresses)
        return self.number == other.number and (everywhere or len(addresses) == 1)


class _Claims:
    """What a stack file asks for on its engine."""

    def __init__(self, project: str, stack: str, path: Path) -> None:
        config = _config(path)

        def read(model: type[Section], section: str) -> Section | None:
            try:
                return model.model_validate(config.get(f"{project}:{section}") or {})
            except ValidationError:
                return None  # the configuration's own check names it

        engine, site = read(DockerArgs, "docker"), read(SiteArgs, "site")
        network, gitlab = read(NetworkArgs, "network"), read(GitLabArgs, "gitlab")
        tls = config.get(f"{project}:tls")
        with_tls = isinstance(tls, dict) and tls.get("certificate")
        # Not DOCKER_HOST: it is of this run, and other stacks have theirs.
        named = engine and "host" in engine.model_fields_set
        self.engine = engine and (engine.host if named else f"unix://{DEFAULT_SOCKET}")
        self.subnet = network and network.subnet
        self.prefix = site and prefix_of(project, stack, site.prefix)
        self.ports: dict[str, _Port] = {}
        if site:
            self.ports["site.port"] = _Port(site.bind_address, site.port)
            if with_tls and site.port == DEFAULT_PORTS["https"]:
                self.ports["tls"] = _Port(site.bind_address, DEFAULT_PORTS["http"])  # redirects
        if gitlab and gitlab.standin:
            self.ports["gitlab.url"] = _Port(LOOPBACK, port_of(gitlab.url))

    def shared_with(self, other: "_Claims") -> list[tuple[str, object, object]]:
        """List (key, this one's value, the other's) for each thing that both claim."""
        if self.engine is None or self.engine != other.engine:
            return []
        shared: list[tuple[str, object, object]] = []
        if self.prefix and self.prefix == other.prefix:
            shared.append(("site.prefix", self.prefix, other.prefix))
        if self.subnet and other.subnet and self.subnet.overlaps(other.subnet):
            shared.append(("network.subnet", self.subnet, other.subnet))
        for key, port in self.ports.items():
            if any(port.meets(theirs) for theirs in other.ports.values()):
                shared.append((key, port.number, port.number))
        return shared


def _config(path: Path) -> dict[str, Any]:
    """Return a stack file's configuration; none if it cannot be read."""
    try:
        content = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError):
        return {}
    config = content.get("config") if isinstance(content, dict) else None
    return config if isinstance(config, dict) else {}
