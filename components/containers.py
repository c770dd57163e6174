"""What the hub asks the engine for: people's containers, and those that look at the host.

Each is the body of the request POST /containers/create, in the terms of the Engine API, with the
values of the hub's environment and of one person left out.
"""

from typing import Any

from hubconfig.sections.gpus import GpuArgs
from hubconfig.sections.notebook import NotebookArgs
from hubconfig.sections.profiles import Profile
from hubconfig.servers import Servers
from hubconfig.stack import PART_LABEL, Stack

Body = dict[str, Any]

CPU_PERIOD_MICROSECONDS = 100_000
MIB = 1024 * 1024
LOG = {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}}
TAKE = """
if [ "$(stat -c %u /directory)" = 0 ] && [ -z "$(ls -A /directory)" ]; then
    chmod 0700 /directory
    chown "$0" /directory
fi
stat -c %u:%g /directory
"""
"""Gives /directory to the owner `$0` if it is root's and empty, as those are that the engine makes.
Any other directory keeps its owner. Prints the owner that it has then."""
SOURCE = "{source}"
"""Stands for the directory of the host, or the volume, that is looked at."""


def of_stack(servers: Servers, stack: Stack, image: str) -> Body:
    """Return the stack's containers, as containers.json has them.

    `servers` is a list with an item for each profile, or one without a name if there are none.
    `looks` are by what they do: `take`, `owner` and `accounts`.
    """
    return {
        "servers": [
            {
                "profile": profile.name if profile else "",
                "container": _server(servers, profile, stack, image),
            }
            for profile in servers.profiles or (None,)
        ],
        "looks": _looks(servers.notebook, stack, image),
    }


def _server(servers: Servers, profile: Profile | None, stack: Stack, image: str) -> Body:
    notebook, gpus = servers.notebook, servers.gpus
    memory_bytes, cpus = notebook.memory_mib * MIB, notebook.cpus
    if profile:
        memory_bytes = (profile.memory_mib or notebook.memory_mib) * MIB
        cpus = profile.cpus or cpus
        gpus = GpuArgs(notebooks=profile.gpus or gpus.notebooks, mode=gpus.mode)
    body = {
        "Image": image,
        "Cmd": ["start-singleuser.sh"],
        "Env": _environment(notebook, gpus),
        "Labels": {**stack.labels, PART_LABEL: "notebook"},
    }
    limits = {
        "Memory": memory_bytes,
        "MemorySwap": memory_bytes,  # no swap beyond the memory
        "CpuPeriod": CPU_PERIOD_MICROSECONDS,
        "CpuQuota": int(cpus * CPU_PERIOD_MICROSECONDS),
        "PidsLimit": notebook.pids,
    }
    host: Body = {
        "NetworkMode": stack.network,
        "AutoRemove": True,
        "RestartPolicy": {"Name": "no"},
        "Init": False,  # tini is in the image
        "LogConfig": LOG,
        "DeviceRequests": _device_requests(gpus),
        **limits,
    }
    if notebook.sudo:
        # start.sh needs root to grant sudo. Root could forge packets, or read the host's disks.
        return body | {"User": "root", "HostConfig": host | {"CapDrop": ["NET_RAW", "MKNOD"]}}
    # The user cannot become another, and needs no capability.
    rights = {"CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges"]}
    return body | {"HostConfig": host | rights}


def _device_requests(gpus: GpuArgs) -> list[Body]:
    """Return the requests for the GPUs that the engine should put into the container."""
    if gpus.notebooks == "none":
        return []
    every = gpus.notebooks == "all"
    if gpus.mode == "cdi":
        names = ["all"] if every else gpus.notebooks
        return [{"Driver": "cdi", "DeviceIDs": [f"nvidia.com/gpu={name}" for name in names]}]
    which: Body = {"Count": -1} if every else {"DeviceIDs": [*gpus.notebooks]}
    return [{"Driver": "nvidia", "Capabilities": [["gpu"]], **which}]


def _environment(notebook: NotebookArgs, gpus: GpuArgs) -> list[str]:
    """Return the variables that start.sh and NVIDIA's runtime read.

    If NVIDIA's runtime is the engine's default, `void` keeps it from adding GPUs by itself. For
    device requests in the mode `nvidia`, the engine sets the variable; CDI works without it.
    """
    variables = ["GRANT_SUDO=yes"] if notebook.sudo else []
    if gpus.notebooks == "none" or gpus.mode == "cdi":
        variables.append("NVIDIA_VISIBLE_DEVICES=void")
    return variables


def _looks(notebook: NotebookArgs, stack: Stack, image: str) -> Body:
    """Return containers that exist for a moment, to look at what the hub's container cannot see.

    They have no network, a read-only file system, and no capability but the one to change an owner.
    """
    common = {
        "Image": image,
        "Entrypoint": [],
        "User": "65534:65534",
        "WorkingDir": "/",
        "Labels": {**stack.labels, PART_LABEL: "look"},
    }
    host = {
        "NetworkMode": "none",
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "Memory": 64 * MIB,
        "PidsLimit": 16,
        "LogConfig": {"Type": "json-file"},  # the engine's default may not be readable
    }
    owner = f"{notebook.uid}:{notebook.gid}"
    take = {"CapAdd": ["CHOWN"], "Binds": [f"{SOURCE}:/directory"]}  # makes what is missing
    files = ("/etc/passwd", "/etc/group")
    return {
        "take": {
            **common,
            "User": "0:0",
            "Cmd": ["sh", "-euc", TAKE, owner],
            "HostConfig": host | take,
        },
        "owner": {
            **common,
            "Cmd": ["stat", "-c", "%u:%g", "/directory"],
            "HostConfig": host | {"Mounts": [_seen(SOURCE, "/directory")]},
        },
        "accounts": {
            **common,
            "Cmd": ["cat", *(f"/directory{file}" for file in files)],
            "HostConfig": host | {"Mounts": [_seen(file, f"/directory{file}") for file in files]},
        },
    }


def _seen(source: str, target: str) -> Body:
    return {"Type": "bind", "Source": source, "Target": target, "ReadOnly": True}
