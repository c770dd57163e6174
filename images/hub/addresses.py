"""Which address each server has on the stack's network.

The engine would give a new server the address of one that has just ended. Until the hub knows that
it has, the proxy sends what is for that person there: to somebody else's server.
"""

from collections.abc import Collection
from ipaddress import IPv4Network


class NoAddressError(Exception):
    """All addresses have a server."""


class Addresses:
    """Gives out the addresses of a subnet in turn, and none that a server has or may still have."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}
        self._next = 0

    def take(self, server: str, subnet: str, taken: Collection[str]) -> str:
        """Return an address for a server, and keep it until it is given back.

        `taken` are those of servers that run since before the hub started.
        """
        network = IPv4Network(subnet)
        self.give_back(server)
        unfree = {*taken, *self._held.values()}
        for _ in range(network.num_addresses - 1):  # the last one is for broadcasts
            self._next = (self._next + 1) % (network.num_addresses - 1)
            if (address := str(network[self._next])) not in unfree:
                self._held[server] = address
                return address
        raise NoAddressError

    def give_back(self, server: str) -> None:
        """Have a server's address for others, now that nothing leads to it."""
        self._held.pop(server, None)
