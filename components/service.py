"""What the containers of a stack have in common."""

from collections.abc import Sequence
from typing import Any

import pulumi_docker as docker
from pulumi import Input, Output, Resource, ResourceOptions

from .images import Image
from .network import Network
from .settings import Stack

START_SECONDS = 120
"""How long a service may take until its HEALTHCHECK passes; then the update fails."""


def service(
    name: str,
    role: str,
    *,
    stack: Stack,
    image: Image,
    network: Network,
    memory_mib: int,
    envs: Sequence[Input[str]],
    parent: Resource,
    address: str | None = None,
    capabilities: Sequence[str] = (),
    depends_on: Sequence[Resource] = (),
    **arguments: Any,
) -> docker.Container:
    """Declare a container that runs as long as the stack exists.

    It is called `<prefix>-<role>`, and `<role>` on the network. It gets the Linux capabilities
    named and no others, and is healthy when the update ends. `arguments` are the provider's own.
    """
    return docker.Container(
        f"{name}-container",
        name=f"{stack.prefix}-{role}",
        hostname=role,
        image=image.reference,
        labels=stack.docker_labels,
        networks_advanced=[
            docker.ContainerNetworksAdvancedArgs(
                name=network.name, aliases=[role], ipv4_address=address
            )
        ],
        memory=memory_mib,
        # Else the engine's own value, which the official plug-in reads back as a change.
        memory_swap=-1,
        # One value: `pulumi up --plan` refuses a list of which only items were unknown in the plan.
        envs=Output.all(*envs),
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


def data_volume(name: str, role: str, *, stack: Stack, parent: Resource) -> docker.Volume:
    """Declare the volume `<prefix>-<role>-data`, which nothing that Pulumi does removes.

    It outlives the service's container, the stack and another prefix. Docker creates none where
    there is one of that name, so whoever declares it again has it with what is in it.
    """
    return docker.Volume(
        f"{name}-data",
        name=f"{stack.prefix}-{role}-data",
        labels=stack.docker_labels,
        # Docker cannot change labels, and would give the same volume, with the old ones.
        opts=ResourceOptions(parent=parent, retain_on_delete=True, ignore_changes=["labels"]),
    )
