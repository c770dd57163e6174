"""The container that has the engine's socket, and offers the hub another with fewer rights."""

import json
import re
from copy import deepcopy
from typing import Any

import pulumi_docker as docker
from pulumi import ComponentResource, ResourceOptions

from hubconfig.sections.notebook import NotebookArgs
from hubconfig.servers import Servers
from hubconfig.stack import PART_LABEL, Stack

from . import containers
from .containers import SOURCE, Body
from .image import Image
from .labels import labels
from .service import service

MEMORY_MIB = 128
FOLDER = "/run/docker-gate"
"""Where the volume is with the gate's socket, in the gate's container and in the hub's."""
PERSON = r"[a-z0-9-]{1,100}"
"""A person's name as DockerSpawner escapes it for names of the engine and of directories."""
ACCOUNT = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}"
"""The name of an account of the host."""
VARIABLES = (
    *(r"JUPYTERHUB_[A-Z_]+", "JPY_API_TOKEN", "JUPYTER_IMAGE_SPEC"),
    *("CPU_LIMIT", "CPU_GUARANTEE", "MEM_LIMIT", "MEM_GUARANTEE"),
    *("HOME", "NB_GID", "NB_UID", "NB_USER", "USER"),
)
"""The variables that the hub gives a server: `Spawner.get_env`."""


class DockerGate(ComponentResource):
    """Lets the hub have of the engine what `servers` need, and no more.

    The container has no network, and no right of root's but that it may open the engine's socket,
    which is at `socket` on the host. `mount` gives the hub the gate's socket.
    """

    mount: docker.ContainerVolumeArgs

    def __init__(
        self,
        name: str,
        *,
        socket: str,
        servers: Servers,
        notebook_image: str,
        image: Image,
        stack: Stack,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:DockerGate", name, None, opts)
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
            network=None,
            image=image,
            memory_mib=MEMORY_MIB,
            read_only=True,
            # Not a file: the engine uploads none into a container whose file system is read-only.
            envs=[f"POLICY={json.dumps(policy(servers, stack, notebook_image))}"],
            parent=self,
            volumes=[
                docker.ContainerVolumeArgs(volume_name=volume.name, container_path=FOLDER),
                engines_socket(socket),
            ],
        )
        # What is in it tells the gate what to let through, so the hub only reads there.
        self.mount = docker.ContainerVolumeArgs(
            volume_name=volume.name, container_path=FOLDER, read_only=True
        )
        self.register_outputs({})


def engines_socket(path: str) -> docker.ContainerVolumeArgs:
    """Return the mount of the engine's own socket, which is at `path` on the host."""
    return docker.ContainerVolumeArgs(host_path=path, container_path="/var/run/docker.sock")


def policy(servers: Servers, stack: Stack, image: str) -> Body:
    """Return what the hub may ask for, as images/docker-gate/gate/policy.py reads it."""
    told, notebook = containers.of_stack(servers, stack, image), servers.notebook
    bodies = [_of_a_person(each["container"], notebook, stack) for each in told["servers"]]
    looks = [_of_a_place(body, notebook) for body in told["looks"].values()]
    homes = f"{re.escape(stack.homes)}-{PERSON}"
    shared = [re.escape(one.source) for one in notebook.shared if one.is_volume]
    return {
        "labels": stack.labels,
        "images": [image],
        "volumes": [homes, *shared],
        "kinds": {
            "notebook": {"name": f"{re.escape(stack.notebooks)}-{PERSON}", "bodies": bodies},
            "look": {"name": None, "bodies": looks},
        },
    }


def _of_a_person(body: Body, notebook: NotebookArgs, stack: Stack) -> Body:
    """Return a server's container with what differs from person to person left open."""
    result: Body = deepcopy(body)
    result["Env"] = {
        "each_of": body["Env"],
        "any_of": [{"matches": rf"({'|'.join(VARIABLES)})=.*"}],
    }
    shared = [
        {
            "Type": "volume" if one.is_volume else "bind",
            "Source": one.source,
            "Target": one.target,
            "ReadOnly": one.read_only,
        }
        for one in notebook.shared
    ]
    own: list[Body] = [_home(notebook, stack)]
    if notebook.system_users:
        account = {"matches": _accounts_home(notebook)}
        files = ("/etc/passwd", "/etc/group")
        own = [
            {"Type": "bind", "Source": account, "Target": account},
            *({"Type": "bind", "Source": f, "Target": f, "ReadOnly": True} for f in files),
        ]
        result |= {"User": {"matches": r"[1-9]\d{3,}:\d+"}, "WorkingDir": account}
        result["HostConfig"]["GroupAdd"] = {"each_of": [], "any_of": [{"matches": r"[1-9]\d*"}]}
    result["HostConfig"]["Mounts"] = {"each_of": own, "any_of": shared}
    return result


def _home(notebook: NotebookArgs, stack: Stack) -> Body:
    if notebook.home == "volume":
        return {
            "Type": "volume",
            "Source": {"matches": f"{re.escape(stack.homes)}-{PERSON}"},
            "Target": notebook.directory,
            "VolumeOptions": {"Labels": {**stack.labels, PART_LABEL: "home"}},
        }
    source = re.escape(notebook.home).replace(r"\{username\}", PERSON)
    return {"Type": "bind", "Source": {"matches": source}, "Target": notebook.directory}


def _accounts_home(notebook: NotebookArgs) -> str:
    """Return the pattern of the homes of the host's accounts."""
    homes = "/home/{username}" if notebook.home == "volume" else notebook.home
    return re.escape(homes).replace(r"\{username\}", ACCOUNT)


def _of_a_place(body: Body, notebook: NotebookArgs) -> Body:
    """Return a container that looks at the host, with the places where it may."""
    places = [
        re.escape(one.source) for one in notebook.shared if one.is_volume and not one.read_only
    ]
    if notebook.system_users:
        places.append(_accounts_home(notebook))
    elif notebook.home != "volume":
        places.append(re.escape(notebook.home).replace(r"\{username\}", PERSON))

    def opened(value: Any) -> Any:
        match value:
            case str() if SOURCE in value:
                start, end = map(re.escape, value.split(SOURCE))
                return {"matches": f"{start}({'|'.join(places) or '(?!)'}){end}"}
            case list():
                return [opened(item) for item in value]
            case dict():
                return {key: opened(item) for key, item in value.items()}
        return value

    result: Body = opened(body)
    return result
