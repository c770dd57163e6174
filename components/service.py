"""What the containers of a stack have in common."""

from collections.abc import Sequence
from typing import Any

import pulumi_docker as docker
from pulumi import Resource, ResourceOptions

from .images import Image
from .network import Network
from .settings import Stack

START_SECONDS = 120
"""How long a service may take until its HEALTHCHECK passes; then the update fails."""


def service(
    name: str,
    *,
    stack: Stack,
    image: Image,
    network: Network,
    memory_mib: int,
    parent: Resource,
    address: str | None = None,
    capabilities: Sequence[str] = (),
    depends_on: Sequence[Resource] = (),
    **arguments: Any,
) -> docker.Container:
    """Declare a container that runs as long as the stack exists.

    It is called `<prefix>-<name>`, and `<name>` on the network. It gets the Linux capabilities
    named and no others, and is healthy when the update ends. `arguments` are the provider's own.
    """
    return docker.Container(
        f"{name}-container",
        name=f"{stack.prefix}-{name}",
        hostname=name,
        image=image.reference,
        labels=stack.docker_labels,
        networks_advanced=[
            docker.ContainerNetworksAdvancedArgs(
                name=network.name, aliases=[name], ipv4_address=address
            )
        ],
        memory=memory_mib,
        capabilities=docker.ContainerCapabilitiesArgs(adds=sorted(capabilities), drops=["ALL"]),
        security_opts=["no-new-privileges:true"],
        restart="unless-stopped",
        log_driver="json-file",
        log_opts={"max-size": "10m", "max-file": "3"},
        wait=True,
        wait_timeout=START_SECONDS,
        **arguments,
        opts=ResourceOptions(
            parent=parent,
            depends_on=[image, *depends_on],
            # Its name and its ports can be held by one container at a time.
            delete_before_replace=True,
        ),
    )
