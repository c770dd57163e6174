"""The section `network`."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from ..model import Fault, Settings
from ..values.addresses import ContainerAddress

SMALLEST_PREFIX = 26
"""The smallest subnet is a /26: half of its 64 addresses are for notebooks, so it has room for
32."""
PRIVATE = [
    IPv4Network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
]
"""The private blocks of RFC 1918, and the shared block of RFC 6598 for sites that have used those
up. Any other subnet would hide the internet's hosts with these addresses from the Docker host."""


REACH = ("internet", "everything", "nothing")


def _of_its_own(subnet: IPv4Network) -> IPv4Network:
    if not any(subnet.subnet_of(block) for block in PRIVATE):
        msg = f"expected a subnet in {', '.join(map(str, PRIVATE))}, such as 172.18.0.0/24"
        raise ValueError(msg)
    if subnet.prefixlen > SMALLEST_PREFIX:
        msg = f"it is too small: give a /{SMALLEST_PREFIX} or larger, such as 172.18.0.0/24"
        raise ValueError(msg)
    return subnet


def _reach(value: Any) -> Any:
    if value in REACH:
        return value
    if not isinstance(value, list | tuple) or not value:
        msg = f"expected {', '.join(REACH)}, or a list, such as [10.1.2.3, 10.4.0.0/16]"
        raise ValueError(msg)
    try:
        return tuple(IPv4Network(item) for item in value)
    except ValueError as error:
        msg = f"{error}: give IPv4 addresses and subnets, such as [10.1.2.3, 10.4.0.0/16]"
        raise ValueError(msg) from None


class NetworkArgs(Settings):
    """The bridge network of the services and notebooks, and what notebooks reach from it.

    Fixed addresses are in the lower half of its subnet; Docker assigns those in the upper half.
    """

    subnet: Annotated[IPv4Network, AfterValidator(_of_its_own)] = Field(examples=["172.18.0.0/24"])
    """The network's subnet: a /26 or larger, of private addresses. No other network of the host may
    overlap it."""
    gateway: ContainerAddress = Field(
        default_factory=lambda data: data["subnet"][1], examples=["172.18.0.1"]
    )
    """The host's address in the subnet; by default the first one."""
    hub_address: ContainerAddress = Field(
        default_factory=lambda data: data["subnet"][2], examples=["172.18.0.2"]
    )
    """The hub's address in the subnet; by default the second one."""
    proxy_address: ContainerAddress = Field(
        default_factory=lambda data: data["subnet"][3], examples=["172.18.0.3"]
    )
    """The address in the subnet of the hub's own proxy, which leads people to the hub and to their
    servers; by default the third one. It has nothing to do with the section `proxy`."""
    edge_address: ContainerAddress = Field(
        default_factory=lambda data: next(
            address for address in islice(data["subnet"], 4, None) if address not in data.values()
        ),
        examples=["172.18.0.4"],
    )
    """The address in the subnet of the container in which TLS ends, if `tls` is set; by default the
    fourth one, or the next one that no other key has."""

    mtu: int | None = Field(None, ge=1280, le=65535, examples=[1450])
    """The largest packet of the network, in bytes, such as the host's own where that is below 1500;
    by default the engine's. Another value replaces the network: end people's servers before, as
    docs/new-stack.md says."""
    isolation: Literal["firewall", "none"] = Field("firewall", examples=["none"])
    """Whether notebooks are kept from each other, from services that are not theirs, from the host
    and from private networks. `firewall` does it by rules of nftables on the engine's host, whose
    kernel needs that; with `none`, a notebook reaches whatever the host does, and other people's
    servers."""
    notebooks_reach: Annotated[
        Literal["internet", "everything", "nothing"] | tuple[IPv4Network, ...],
        BeforeValidator(_reach),
    ] = Field("internet", examples=[["10.1.2.3", "10.4.0.0/16"]])
    """What notebooks reach besides the hub, GitLab, the mirrors that stay in them, the web proxy,
    and DNS.
    `internet`: all but the host and private addresses; `everything`: those too; `nothing`: no more;
    or a list of addresses and subnets that are open besides the internet, of the host itself too if
    it has one of them."""

    @property
    def standin_address(self) -> IPv4Address:
        """The stand-in's address: the first in the subnet that no key has."""
        taken = {self.gateway, self.hub_address, self.proxy_address, self.edge_address}
        return next(each for each in islice(self.subnet, 5, None) if each not in taken)

    @property
    def services_range(self) -> IPv4Network:
        """The lower half of the subnet, for fixed addresses."""
        lower, _ = self.subnet.subnets()
        return lower

    @property
    def dynamic_range(self) -> IPv4Network:
        """The upper half of the subnet, for containers whose addresses Docker chooses."""
        _, upper = self.subnet.subnets()
        return upper

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for each fixed address outside the lower half, and if two are the same.

        Without the firewall, nothing limits what notebooks reach.
        """
        if self.isolation == "none" and "notebooks_reach" in self.model_fields_set:
            yield Fault(
                ("isolation", "notebooks_reach"),
                "notebooks_reach is for isolation firewall: with none, notebooks reach everything; "
                "remove one of them",
            )
        fixed = {
            "gateway": self.gateway,
            "hub_address": self.hub_address,
            "proxy_address": self.proxy_address,
            "edge_address": self.edge_address,
        }
        lower = self.services_range
        for key, address in fixed.items():
            if address not in lower or address == lower.network_address:
                yield Fault(
                    (key, "subnet"),
                    f"{key} {address} must be one of {lower[1]} to {lower[-1]}, the lower half of "
                    f"subnet {self.subnet}; the upper half is for notebooks",
                )
        if len(set(fixed.values())) < len(fixed):
            listed = ", ".join(f"{key} {address}" for key, address in fixed.items())
            yield Fault(
                (*fixed, "subnet"),
                f"every fixed address must differ, but there is {listed}: remove those keys, and "
                "each gets an address of its own",
            )
