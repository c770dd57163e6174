"""An engine of a test's own making, in the place of one that is asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, ip_address
from socket import gethostname

from hubconfig.host.engine import Network, Publisher
from hubconfig.host.fit import Host
from hubconfig.host.machine import Route
from hubconfig.stack import Stack


def labels(stack: str) -> dict[str, str]:
    """Return the labels of what a stack has; none for what no stack has."""
    return Stack.named("jupyterhub", stack).labels if stack else {}


def network(name: str, *subnets: str, stack: str = "", bridge: str = "") -> Network:
    return Network(name, labels(stack), bridge or f"br-{name}", tuple(map(IPv4Network, subnets)))


def publisher(name: str, stack: str, *addresses: str) -> Publisher:
    return Publisher(name, labels(stack), tuple(map(ip_address, addresses)))


def routes(*given: str) -> list[Route]:
    """Return routes, each written as `ip route` does: a network, `via` a gateway or not, `dev`."""
    words = [one.split() for one in given]
    return [Route(IPv4Network(each[0]), each[-1], "via" in each) for each in words]


def told(host: Host) -> list[str]:
    return [fault.sentence for fault in host.faults()]


@dataclass
class FakeEngine:
    """What this machine's engine has, or another's."""

    memory: int = 8192 * 1024 * 1024
    cpus: int = 4
    name: str = field(default_factory=gethostname)
    given_networks: tuple[Network, ...] = (network("bridge", "172.17.0.0/16", bridge="docker0"),)
    given_publishers: dict[int, list[Publisher]] = field(default_factory=dict)
    directories: tuple[str, ...] = ()

    def networks(self) -> Iterator[Network]:
        yield from self.given_networks

    def publishers(self, port: int) -> Iterator[Publisher]:
        yield from self.given_publishers.get(port, [])

    def has(self, directory: str) -> bool:
        return directory in self.directories
