"""Whether a stack's subnet is free on the engine's host."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from ..model import Fault
from ..sections.network import PRIVATE
from ..stack import Stack
from .engine import Network
from .machine import Route

KEY = "network.subnet"


@dataclass(frozen=True)
class Subnet:
    """The subnet that the stack's network is to have, beside the host's networks and routes.

    `routes` is empty if the host's are not seen.
    """

    subnet: IPv4Network
    stack: Stack
    networks: Sequence[Network]
    routes: Sequence[Route]

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for each network or route that the subnet would take something from."""
        for network in self.networks:
            for other in network.subnets:
                if not self.stack.has(network.labels) and self.subnet.overlaps(other):
                    yield Fault(
                        (KEY,),
                        f"{KEY}: {self.subnet} overlaps {other}, which the engine's network "
                        f"{network.name} has: give another, such as {self._free()}",
                    )
        for route in self._overlapping():
            if not self._is_in(route):
                yield Fault(
                    (KEY,),
                    f"{KEY}: {self.subnet} overlaps {route.network}, which the host reaches by "
                    f"{route.interface} and could not reach any more: give another, such as "
                    f"{self._free()}",
                )

    def advice(self) -> Iterator[Fault]:
        """Yield what has to be so in a larger network that the subnet is a part of."""
        for route in self._overlapping():
            if self._is_in(route):
                yield Fault(
                    (KEY,),
                    f"{KEY}: {self.subnet} is a part of {route.network}, which the host reaches "
                    f"by {route.interface}: nothing else there may have an address of the subnet",
                )

    def _overlapping(self) -> list[Route]:
        """Return the routes that overlap the subnet, except those of the engine's networks.

        There are none if the stack's network has the subnet already.
        """
        own = [one for one in self.networks if self.stack.has(one.labels)]
        if any(self.subnet in one.subnets for one in own):
            return []
        bridges = {"docker0", *(network.bridge for network in self.networks)}
        return [
            route
            for route in self.routes
            if route.interface not in bridges and route.network.overlaps(self.subnet)
        ]

    def _is_in(self, route: Route) -> bool:
        """Tell whether a route is for a larger network, the rest of which stays reachable.

        An example is 10.0.0.0/8 through a gateway, if the site has given the subnet to this host.
        """
        larger = route.network != self.subnet and self.subnet.subnet_of(route.network)
        return route.gateway and larger

    def _free(self) -> IPv4Network:
        """Return a subnet of the same size that overlaps no network or route seen here."""
        taken = [subnet for network in self.networks for subnet in network.subnets]
        taken += [route.network for route in self.routes]
        size = self.subnet.prefixlen
        candidates = (
            subnet
            for block in PRIVATE
            if block.prefixlen <= size
            for subnet in block.subnets(new_prefix=size)
        )
        free = (one for one in candidates if not any(one.overlaps(other) for other in taken))
        return next(free, self.subnet)
