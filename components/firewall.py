"""The firewall that keeps notebooks from each other, from the host and from private networks."""

from pulumi import ComponentResource, Output, Resource, ResourceOptions

from hubconfig.openings import Openings
from hubconfig.sections.network import NetworkArgs
from hubconfig.stack import Stack

from .firewall_rules import rules
from .image_chain import ImageChain
from .network import Network
from .service import service

MEMORY_MIB = 64


class Firewall(ComponentResource):
    """Rules of nftables on the engine's host, and a container that keeps them in force.

    They hold from when the container is healthy until it is removed; while it is replaced they
    stay. `guards` is what a hub waits for, so that no server starts before; it is empty where
    `args.isolation` is none, for which nothing is declared.
    """

    guards: list[Resource]

    def __init__(
        self,
        name: str,
        args: NetworkArgs,
        *,
        openings: Openings,
        images: ImageChain,
        stack: Stack,
        network: Network,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Firewall", name, None, opts)
        self.guards = []
        if args.isolation == "firewall":
            table = f"firewall-{stack.prefix}"  # which begins with a letter, as nft wants
            container = service(
                name,
                "firewall",
                stack=stack,
                network="host",
                image=images.firewall,
                memory_mib=MEMORY_MIB,
                capabilities=["CAP_NET_ADMIN"],
                read_only=True,
                hands_over=True,
                parent=self,
                # A line an item, so that a preview shows which of them change.
                command=rules(table, args, openings.ports),
                envs=[
                    f"TABLE={table}",
                    Output.concat("BRIDGE=", network.bridge),
                    f"OPENED={' '.join(openings.reached)}",
                ],
            )
            self.guards.append(container)
        self.register_outputs({})
