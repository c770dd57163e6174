"""What the containers of a stack have in common."""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

import pulumi_docker as docker
from pulumi import Input, Output, Resource, ResourceOptions

from hubconfig.sections.site import SiteArgs
from hubconfig.stack import SERVICE_LABEL, START_SECONDS, Stack

from .image import Image
from .labels import labels
from .network import Network

END_SECONDS = 30
"""How long a service that hands over may take to end. It is killed after that."""


class Place(TypedDict):
    """What the components of a hub share, for `**place` in a call: names, network, and engine."""

    stack: Stack
    network: Network
    opts: NotRequired[ResourceOptions]


def service(
    name: str,
    role: str,
    *,
    stack: Stack,
    network: Network | Literal["none", "host"],
    image: Image,
    memory_mib: int,
    envs: Sequence[Input[str]],
    parent: Resource,
    address: str | None = None,
    capabilities: Sequence[str] = (),
    command: Sequence[str] | None = None,
    ports: Sequence[docker.ContainerPortArgs] | None = None,
    uploads: Sequence[docker.ContainerUploadArgs] | None = None,
    volumes: Sequence[docker.ContainerVolumeArgs] | None = None,
    depends_on: Sequence[Resource] = (),
    read_only: bool | None = None,
    hands_over: bool = False,
) -> docker.Container:
    """Declare a container that runs as long as the stack exists.

    Its name is `<prefix>-<role>`, and `<role>` on the network. It gets the given Linux capabilities
    and no others. The update waits until it is healthy, and fails after `START_SECONDS`.

    One that `hands_over` is replaced without a gap: the new one starts before the old one is told
    to end. Two of them run for a while, so Pulumi chooses their names; a label has the role.
    """
    return docker.Container(
        f"{name}-container",
        name=None if hands_over else stack.container(role),
        hostname=role,
        image=image.reference,
        labels=labels(stack, **{SERVICE_LABEL: role} if hands_over else {}),
        networks_advanced=_networks(network, role, address),
        network_mode=network if isinstance(network, str) else None,
        read_only=read_only,
        memory=memory_mib,
        # Without it, the engine chooses a value, which the official plug-in reads as a change.
        memory_swap=-1,
        # One output, since `pulumi up --plan` refuses a list of which only items were unknown.
        envs=Output.all(*envs),
        capabilities=docker.ContainerCapabilitiesArgs(adds=sorted(capabilities), drops=["ALL"]),
        security_opts=["no-new-privileges:true"],
        # A core file has the secrets of the process, and lies where backups take it.
        ulimits=[docker.ContainerUlimitArgs(name="core", soft=0, hard=0)],
        restart="unless-stopped",
        log_driver="json-file",
        log_opts={"max-size": "10m", "max-file": "3"},
        wait=True,
        wait_timeout=START_SECONDS,
        destroy_grace_seconds=END_SECONDS if hands_over else None,
        command=command,
        ports=ports,
        uploads=uploads,
        volumes=volumes,
        opts=ResourceOptions(
            parent=parent,
            depends_on=[image, *depends_on],
            # Only one container at a time can have the name and the ports.
            delete_before_replace=not hands_over,
        ),
    )


def _networks(
    network: Network | Literal["none", "host"], role: str, address: str | None
) -> list[docker.ContainerNetworksAdvancedArgs] | None:
    if isinstance(network, str):
        return None
    place = docker.ContainerNetworksAdvancedArgs(
        name=network.name, aliases=[role], ipv4_address=address
    )
    return [place]


def data_volume(name: str, role: str, *, stack: Stack, parent: Resource) -> docker.Volume:
    """Declare the volume `<prefix>-<role>-data`, which Pulumi never removes.

    It outlives the service's container, the stack and a change of the prefix. Docker takes an
    existing volume of that name, so declaring it again brings back what is in it.
    """
    return docker.Volume(
        f"{name}-data",
        name=stack.volume(role),
        labels=labels(stack),
        # Docker cannot change labels: a replacement would be the same volume with the old ones.
        opts=ResourceOptions(parent=parent, retain_on_delete=True, ignore_changes=["labels"]),
    )


def published(
    site: SiteArgs, internal: int, external: int | None = None
) -> docker.ContainerPortArgs:
    """Return how a container's `internal` port is published on the site's address of the host.

    It becomes the host's port `external`, or by default the site's own port.
    """
    return docker.ContainerPortArgs(
        internal=internal, external=external or site.port, ip=str(site.bind_address)
    )
