"""Other stacks of this project on the same Docker host, which must not get in the way."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import yaml

from .site import port_of


def conflicts(project: str, stack: str, folder: Path) -> list[str]:
    """Name what the stack file of `stack` shares with another one in `folder`, a line each.

    Only files are compared: a prefix, a published port or a subnet that two stacks on one engine
    both claim would make the second update fail half-way.
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


class _Claims:
    """What a stack file asks for on its engine; keys that it lacks claim nothing."""

    def __init__(self, project: str, stack: str, path: Path) -> None:
        config = (yaml.safe_load(path.read_text()) or {}).get("config") or {}

        def get(section: str, key: str) -> Any:
            value = config.get(f"{project}:{section}")
            return value.get(key) if isinstance(value, dict) else None

        self.engine = get("docker", "host")
        self.prefix = get("site", "prefix") or f"{project}-{stack}"
        self.subnet = get("network", "subnet")
        self.ports = {"site.port": get("site", "port") or self._port(get("site", "url"))}
        if get("gitlab", "standin") is True:
            self.ports["gitlab.url"] = self._port(get("gitlab", "url"))

    @staticmethod
    def _port(url: Any) -> int | None:
        try:
            return port_of(url)
        except (AttributeError, KeyError, ValueError):
            return None  # the configuration's own check names it

    def shared_with(self, other: "_Claims") -> list[tuple[str, object, object]]:
        """List (key, this one's value, the other's) for each thing that both claim."""
        if self.engine != other.engine:
            return []
        shared: list[tuple[str, object, object]] = []
        if self.prefix == other.prefix:
            shared.append(("site.prefix", self.prefix, other.prefix))
        try:
            if ip_network(self.subnet).overlaps(ip_network(other.subnet)):
                shared.append(("network.subnet", self.subnet, other.subnet))
        except (TypeError, ValueError):
            pass  # likewise
        for key, port in self.ports.items():
            if port is not None and port in other.ports.values():
                shared.append((key, port, port))
        return shared
