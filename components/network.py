"""The bridge network that everything runs on."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from typing import Annotated

import pulumi_docker as docker
from pulumi import ComponentResource, Output, ResourceOptions
from pydantic import AfterValidator, Field

from .settings import Settings, Stack

HUB_PORT = 8081
SMALLEST_PREFIX = 26
"""Half of the subnet is for notebooks: a /26 leaves room for 32."""


PRIVATE = [
    IPv4Network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
]
"""RFC 1918; RFC 6598 for sites that have no more of those. An address elsewhere would hide a host
on the internet from everybody here."""


def _of_its_own(subnet: IPv4Network) -> IPv4Network:
    if not any(subnet.subnet_of(block) for block in PRIVATE):
        msg = f"expected a subnet in {', '.join(map(str, PRIVATE))}, such as 172.18.0.0/24"
        raise ValueError(msg)
    if subnet.prefixlen > SMALLEST_PREFIX:
        msg = f"it is too small: give a /{SMALLEST_PREFIX} or larger, such as 172.18.0.0/24"
        raise ValueError(msg)
    return subnet


class NetworkArgs(Settings):
    """A subnet whose lower half has the fixed addresses and whose upper half Docker hands out."""

    subnet: Annotated[IPv4Network, AfterValidator(_of_its_own)] = Field(examples=["172.18.0.0/24"])
    """Of the stack alone: no other network of the host may overlap it. Private, /26 or larger."""
    gateway: IPv4Address = Field(
        default_factory=lambda data: data["subnet"][1], examples=["172.18.0.1"]
    )
    """The host's address in it; default: the first."""
    hub_address: IPv4Address = Field(
        default_factory=lambda data: data["subnet"][2], examples=["172.18.0.2"]
    )
    """Of the hub; default: the second."""
    proxy_address: IPv4Address = Field(
        default_factory=lambda data: data["subnet"][3], examples=["172.18.0.3"]
    )
    """Of the proxy; default: the third."""
    edge_address: IPv4Address = Field(
        default_factory=lambda data: next(
            address for address in islice(data["subnet"], 4, None) if address not in data.values()
        ),
        examples=["172.18.0.4"],
    )
    """Of what ends TLS, if `tls` is set; default: the fourth, or the next that no other key has."""

    @property
    def dynamic_range(self) -> IPv4Network:
        """Where containers without a fixed address get theirs."""
        return list(self.subnet.subnets())[1]

    def faults(self) -> Iterator[str]:
        """Yield which addresses do not fit the subnet or each other."""
        fixed = {
            "gateway": self.gateway,
            "hub_address": self.hub_address,
            "proxy_address": self.proxy_address,
            "edge_address": self.edge_address,
        }
        lower = next(self.subnet.subnets())
        for key, address in fixed.items():
            if address not in lower or address == lower.network_address:
                yield (
                    f"{key} {address} must be one of {lower[1]} to {lower[-1]}, the lower half of "
                    f"subnet {self.subnet}; the upper half is for notebooks"
                )
        if len(set(fixed.values())) < len(fixed):
            listed = ", ".join(f"{key} {address}" for key, address in fixed.items())
            yield (
                f"every fixed address must differ, but there is {listed}: remove those keys, and "
                "each gets an address of its own"
            )


class Network(ComponentResource):
    """A bridge on which the services keep their addresses and notebooks never take them."""

    name: Output[str]
    hub_address: str
    proxy_address: str
    edge_address: str
    hub_url: str
    """Where the proxy, and every server, reaches the hub."""

    def __init__(
        self, name: str, args: NetworkArgs, *, stack: Stack, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("jupyterhub:index:Network", name, None, opts)
        bridge = docker.Network(
            f"{name}-bridge",
            name=stack.prefix,
            driver="bridge",
            ipam_configs=[
                {
                    "subnet": str(args.subnet),
                    "gateway": str(args.gateway),
                    "ip_range": str(args.dynamic_range),
                }
            ],
            labels=stack.docker_labels,
            # Docker refuses two networks with one subnet, so the old one has to go first.
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.name = bridge.name
        self.hub_address = str(args.hub_address)
        self.proxy_address = str(args.proxy_address)
        self.edge_address = str(args.edge_address)
        self.hub_url = f"http://{self.hub_address}:{HUB_PORT}"
        self.register_outputs({"name": self.name})
