"""Routes, addresses and taken ports of this machine, if the engine runs on it; and its DNS."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address
from pathlib import Path
from threading import Thread
from typing import NamedTuple

ROUTES = Path("/proc/net/route")
INTERFACES = Path("/sys/class/net")
DNS_SECONDS = 3


class Route(NamedTuple):
    """A route to a network: through a gateway, or to a network that is attached to `interface`."""

    network: IPv4Network
    interface: str
    gateway: bool


def routes() -> Iterator[Route]:
    """Yield this machine's IPv4 routes, except the default route.

    The kernel writes addresses as hexadecimal numbers of 32 bits in its own byte order: proc(5).
    """
    for line in ROUTES.read_text().splitlines()[1:]:
        interface, destination, gateway, _, _, _, _, mask, *_ = line.split()
        network = IPv4Network((_address(destination), str(_address(mask))))
        if network.prefixlen:
            yield Route(network, interface, gateway=bool(int(gateway, 16)))


def uplink_mtu() -> int | None:
    """Return the largest packet, in bytes, of the interface with the default route, if any."""
    for line in ROUTES.read_text().splitlines()[1:]:
        interface, destination, *_ = line.split()
        if not int(destination, 16):
            return int((INTERFACES / interface / "mtu").read_text())
    return None


def _address(number: str) -> IPv4Address:
    return IPv4Address(bytes.fromhex(number)[::-1])


def refusal(address: IPv4Address | IPv6Address, port: int) -> int | None:
    """Return the error number of an attempt to listen on a port; None if that is possible.

    `EADDRINUSE` means that another program listens on it, and `EADDRNOTAVAIL` that this machine
    does not have the address.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_STREAM) as attempt:
            # As servers do, so that connections that were closed a minute ago do not count.
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind((str(address), port))
    except OSError as error:
        return error.errno
    return None


def resolves(domain: str) -> bool:
    """Tell whether any name below a domain has an address, by the DNS that this machine asks.

    A name that nobody can know of is asked for; no answer within `DNS_SECONDS` counts as none.
    """
    name, found = f"u-{secrets.token_hex(8)}.{domain}", []

    def look() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(socket.getaddrinfo(name, None))

    looking = Thread(target=look, daemon=True)  # which nothing ends before the system does
    looking.start()
    looking.join(DNS_SECONDS)
    return bool(found)
