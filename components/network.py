"""The bridge network of a stack's services and notebooks."""

import pulumi_docker as docker
from pulumi import ComponentResource, Output, ResourceOptions

from hubconfig.sections.network import NetworkArgs
from hubconfig.stack import Stack

from .labels import labels

HUB_PORT = 8081
MTU = "com.docker.network.driver.mtu"
"""The engine's option for the largest packet of a bridge network."""


class Network(ComponentResource):
    """A bridge network on which services have fixed addresses that notebooks never get."""

    name: Output[str]
    hub_address: str
    proxy_address: str
    edge_address: str
    standin_address: str
    dynamic_range: str
    """The part of the subnet that people's servers are in."""
    bridge: Output[str]
    """The name of the network's interface on the host."""
    hub_url: str
    """The address at which the proxy, and every server, reaches the hub."""

    def __init__(
        self, name: str, args: NetworkArgs, *, stack: Stack, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("jupyterhub:index:Network", name, None, opts)
        bridge = docker.Network(
            f"{name}-bridge",
            name=stack.network,
            driver="bridge",
            ipam_configs=[
                docker.NetworkIpamConfigArgs(
                    subnet=str(args.subnet),
                    gateway=str(args.gateway),
                    ip_range=str(args.dynamic_range),
                )
            ],
            options={MTU: str(args.mtu)} if args.mtu else None,
            labels=labels(stack),
            # Docker refuses two networks with one subnet, so the old one has to go first.
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.name = bridge.name
        self.hub_address = str(args.hub_address)
        self.proxy_address = str(args.proxy_address)
        self.edge_address = str(args.edge_address)
        self.standin_address = str(args.standin_address)
        self.dynamic_range = str(args.dynamic_range)
        self.bridge = bridge.id.apply(lambda id_: f"br-{id_[:12]}")  # the engine's choice
        self.hub_url = f"http://{self.hub_address}:{HUB_PORT}"
        self.register_outputs({"name": self.name})
