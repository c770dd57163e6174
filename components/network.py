"""The bridge network that everything runs on."""

from ipaddress import IPv4Address, IPv4Network
from typing import Self

import pulumi_docker as docker
from pulumi import ComponentResource, Output, ResourceOptions
from pydantic import Field, model_validator

from .settings import Settings, Stack

HUB_PORT = 8081
SMALLEST_PREFIX = 26
"""Half of the subnet is for notebooks: a /26 leaves room for 32."""


class NetworkArgs(Settings):
    """A subnet whose lower half has the fixed addresses and whose upper half Docker hands out."""

    subnet: IPv4Network = Field(examples=["172.18.0.0/24"])
    """Of the stack alone: no other network of the host may overlap it."""
    gateway: IPv4Address = Field(default_factory=lambda data: data["subnet"][1])
    """The host's address in it; default: the first."""
    hub_address: IPv4Address = Field(default_factory=lambda data: data["subnet"][2])
    """Default: the second."""
    proxy_address: IPv4Address = Field(default_factory=lambda data: data["subnet"][3])
    """Default: the third."""

    @property
    def dynamic_range(self) -> IPv4Network:
        """Where containers without a fixed address get theirs."""
        return list(self.subnet.subnets())[1]

    @model_validator(mode="after")
    def _addresses_fit(self) -> Self:
        if self.subnet.prefixlen > SMALLEST_PREFIX:
            msg = (
                f"subnet {self.subnet} is too small: give a /{SMALLEST_PREFIX} or larger, "
                "such as 172.18.0.0/24"
            )
            raise ValueError(msg)
        fixed = {
            "gateway": self.gateway,
            "hub_address": self.hub_address,
            "proxy_address": self.proxy_address,
        }
        lower = next(self.subnet.subnets())
        for key, address in fixed.items():
            if address not in lower or address == lower.network_address:
                msg = (
                    f"{key} {address} must be one of {lower[1]} to {lower[-1]}, the lower half of "
                    f"subnet {self.subnet}; the upper half is for notebooks"
                )
                raise ValueError(msg)
        if len(set(fixed.values())) < len(fixed):
            listed = ", ".join(f"{key} {address}" for key, address in fixed.items())
            msg = f"every fixed address must differ, but there is {listed}"
            raise ValueError(msg)
        return self


class Network(ComponentResource):
    """A bridge on which hub and proxy keep their addresses and notebooks never take them."""

    name: Output[str]
    hub_address: str
    proxy_address: str
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
        self.hub_url = f"http://{self.hub_address}:{HUB_PORT}"
        self.register_outputs({"name": self.name})
