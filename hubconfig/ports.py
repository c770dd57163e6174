"""The ports of the host that a stack takes."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from .sections.gitlab import GitLabArgs
from .sections.site import SiteArgs
from .sections.tls import TlsArgs
from .values.urls import DEFAULT_PORTS, port_of

STANDIN_BIND_ADDRESS = IPv4Address("127.0.0.1")
"""The address of the host on which the stand-in is published. It is a loopback address, since the
stand-in signs people in without a password."""


@dataclass(frozen=True)
class Port:
    """A TCP port on one of the host's addresses, or on all of them (`0.0.0.0` or `::`)."""

    address: IPv4Address | IPv6Address
    number: int

    def meets(self, other: "Port") -> bool:
        """Tell whether the two ports collide, so that the engine cannot publish both."""
        addresses = {self.address, other.address}
        everywhere = any(address.is_unspecified for address in addresses)
        return self.number == other.number and (everywhere or len(addresses) == 1)


def ports_of(
    site: SiteArgs | None, tls: TlsArgs | None, gitlab: GitLabArgs | None
) -> dict[str, Port]:
    """Return the ports by the key that determines each; a section that is not known is None."""
    ports = {}
    if site:
        ports[f"site.{site.port_key}"] = Port(site.bind_address, site.port)
        if tls and tls.ends_here and site.port == DEFAULT_PORTS["https"]:
            # From this port, the edge redirects people to https.
            ports["tls.certificate"] = Port(site.bind_address, DEFAULT_PORTS["http"])
    if gitlab and gitlab.standin:
        ports["gitlab.url"] = Port(STANDIN_BIND_ADDRESS, port_of(gitlab.url))
    return ports
