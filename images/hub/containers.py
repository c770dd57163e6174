"""The containers that the engine is asked for, as components/containers.py writes them.

What is left open there is filled in here: one person's values, and the hub's environment.
"""

import json
import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from settings import Notebook, Profile, Shared

LONGEST = 240
"""Of what is between two slashes of a path, in bytes; a volume's name is one of these. Linux allows
15 more, of which backups need some for the ends of their files' names."""
DIGEST = 32
"""How many digits of a long name's digest take the place of its end: 128 bits."""
ESCAPES_AT_END = re.compile("(-[0-9a-f]{0,2})+$")
"""What may be half an escaped character, where an escaped name is cut off."""
USERNAME = "{username}"
SOURCE = "{source}"
"""Stands for the directory of the host, or the volume, that a container looks at."""
GPU, GPUS = "{gpu}", "{gpus}"
"""What stand for a GPU that the server leases, and in the label for all of them."""
GPUS_LABEL = "jupyterhub.gpus"
"""Says which GPUs a container leases, with commas between them."""
Body = dict[str, Any]
"""The body of the request POST /containers/create, or a part of it, in the Engine API's terms."""
Thing = TypeVar("Thing", Profile, Shared)


@dataclass(frozen=True)
class Containers:
    """People's containers by profile (`""` if there are none), and those that look at the host."""

    servers: dict[str, Body]
    looks: dict[str, Body]


def read(file: Path) -> Containers:
    """Read the file."""
    told = json.loads(file.read_text())
    servers = {each["profile"]: each["container"] for each in told["servers"]}
    return Containers(servers, told["looks"])


def server(body: Body, environment: Mapping[str, object], mounts: list[Body], own: Body) -> Body:
    """Return the request for one person's container.

    `own` has what the container of an account of the host has besides, by the API's names.
    """
    result = deepcopy(body) | {key: value for key, value in own.items() if key != "HostConfig"}
    result["Env"] = [*body["Env"], *(f"{name}={value}" for name, value in environment.items())]
    result["HostConfig"] |= own.get("HostConfig", {})
    result["HostConfig"]["Mounts"] = mounts
    return result


def gpus_to_lease(body: Body) -> int:
    """Return how many GPUs a server leases, by the request for its container."""
    if body["Labels"].get(GPUS_LABEL) != GPUS:
        return 0
    [request] = body["HostConfig"]["DeviceRequests"]
    return len(request["DeviceIDs"])


def leasing(body: Body, gpus: list[str]) -> Body:
    """Return the request for a container that leases these GPUs, as many as it is to have."""
    result = deepcopy(body)
    result["Labels"][GPUS_LABEL] = ",".join(gpus)
    [request] = result["HostConfig"]["DeviceRequests"]
    request["DeviceIDs"] = [
        id_.replace(GPU, gpu) for id_, gpu in zip(request["DeviceIDs"], gpus, strict=True)
    ]
    return result


def look(body: Body, source: str) -> Body:
    """Return the request for a container that looks at a directory of the host, or a volume."""

    def filled(value: Any) -> Any:
        match value:
            case str():
                return value.replace(SOURCE, source)
            case list():
                return [filled(item) for item in value]
            case dict():
                return {key: filled(item) for key, item in value.items()}
        return value

    result: Body = filled(body)
    return result


def named(pattern: str, username: str) -> str:
    """Return the path, or the name, in which `USERNAME` is an escaped name.

    A name that is too long there is cut off, and two hyphens and a digest follow, which no other
    name has: an escaped one has two hyphens nowhere.
    """
    [part] = (part for part in pattern.split("/") if USERNAME in part)
    room = LONGEST - len(part) + len(USERNAME)
    if len(username) > room:
        digest = sha256(username.encode()).hexdigest()[:DIGEST]
        cut = ESCAPES_AT_END.sub("", username[: room - DIGEST - 2])
        username = f"{cut}--{digest}"
    return pattern.replace(USERNAME, username)


def home_mount(notebook: Notebook, labels: dict[str, str], username: str) -> Body:
    """Return the mount of a person's own files; `username` is escaped for names of the engine."""
    if notebook.home == "volume":
        return {
            "Type": "volume",
            "Source": named(f"{notebook.volume_prefix}-{USERNAME}", username),
            "Target": notebook.directory,
            "VolumeOptions": {"Labels": {**labels, "jupyterhub.part": "home"}},
        }
    source = named(notebook.home, username)
    return {"Type": "bind", "Source": source, "Target": notebook.directory}


def of_members(things: list[Thing], groups: Collection[str]) -> list[Thing]:
    """Return the `things` for members of `groups`; those without groups are for everyone."""
    return [
        thing
        for thing in things
        if thing.groups is None or not set(groups).isdisjoint(thing.groups)
    ]


def shared_mounts(notebook: Notebook, groups: Collection[str]) -> list[Body]:
    """Return the mounts of shared directories and volumes that a member of `groups` sees."""
    return [
        {
            "Type": "bind" if "/" in shared.source else "volume",
            "Source": shared.source,
            "Target": shared.target,
            "ReadOnly": shared.read_only,
        }
        for shared in of_members(notebook.shared, groups)
    ]
