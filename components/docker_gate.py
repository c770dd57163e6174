"""The container that has the engine's socket, and offers the hub another with fewer rights."""

import json
from collections.abc import Mapping

import pulumi_docker as docker
from pulumi import ComponentResource, ResourceOptions, RunError

from hubconfig.servers import Servers
from hubconfig.stack import Stack

from .gate_policy import gate_policy
from .image import Image
from .labels import labels
from .network import Network
from .service import service

MEMORY_MIB = 128
LONGEST_VARIABLE = 128 * 1024 - 1
"""Of the environment, in bytes: MAX_ARG_STRLEN in include/uapi/linux/binfmts.h."""
FOLDER = "/run/docker-gate"
"""Where the volume is with the gate's socket, in the gate's container and in the hub's."""


class DockerGate(ComponentResource):
    """Lets the hub have of the engine what `servers` need, and no more.

    The container has no network, and no right of root's but that it may open the engine's socket,
    which is at `socket` on the host. Servers are on `network`; `behind_firewall` they start only
    while the firewall is in force. `mount` gives the hub the gate's socket. Raises `RunError` if
    there is more to say of `servers` than an environment can hold.
    """

    mount: docker.ContainerVolumeArgs

    def __init__(
        self,
        name: str,
        *,
        socket: str,
        servers: Servers,
        behind_firewall: bool,
        network: Network,
        images: Mapping[str, str],
        image: Image,
        stack: Stack,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:DockerGate", name, None, opts)
        policy = gate_policy(
            servers,
            stack,
            images,
            addresses=network.dynamic_range,
            behind_firewall=behind_firewall,
        )
        told = f"POLICY={json.dumps(policy)}"
        if len(told) > LONGEST_VARIABLE:
            msg = (
                f"{name}: what {len(servers.profiles)} profiles with "
                f"{len(servers.notebook.shared)} shared directories can be takes {len(told)} "
                f"bytes, and Linux gives a variable {LONGEST_VARIABLE}: declare fewer of them"
            )
            raise RunError(msg)
        volume = docker.Volume(
            f"{name}-socket",
            name=stack.container("docker-gate"),
            labels=labels(stack),
            opts=ResourceOptions(parent=self, ignore_changes=["labels"]),
        )
        service(
            name,
            "docker-gate",
            stack=stack,
            network="none",
            image=image,
            memory_mib=MEMORY_MIB,
            read_only=True,
            # Not a file: the engine uploads none into a container whose file system is read-only.
            envs=[told],
            parent=self,
            volumes=[
                docker.ContainerVolumeArgs(volume_name=volume.name, container_path=FOLDER),
                engines_socket(socket),
            ],
        )
        # Nobody but the gate makes a socket there.
        self.mount = docker.ContainerVolumeArgs(
            volume_name=volume.name, container_path=FOLDER, read_only=True
        )
        self.register_outputs({})


def engines_socket(path: str) -> docker.ContainerVolumeArgs:
    """Return the mount of the engine's own socket, which is at `path` on the host."""
    return docker.ContainerVolumeArgs(host_path=path, container_path="/var/run/docker.sock")
