"""What the hub asks the engine for: people's containers, and those that look at the host.

Each is the body of the request POST /containers/create, in the terms of the Engine API, with the
values of the hub's environment and of one person left out.
"""

from collections.abc import Mapping
from typing import Any

from hubconfig.sections.environments import LAB
from hubconfig.sections.gpus import GpuArgs
from hubconfig.sections.notebook import NotebookArgs
from hubconfig.sections.profiles import Profile
from hubconfig.servers import CPU_PERIOD_MICROSECONDS, MIB, Servers
from hubconfig.stack import GPUS_LABEL, PART_LABEL, Stack

from .looks import Body, looks

GPU, GPUS = "{gpu}", "{gpus}"
"""What stand for a GPU that the hub leases for a server, and in the label for all of them."""
LOG = {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}}


def of_stack(servers: Servers, stack: Stack, images: Mapping[str, str]) -> Body:
    """Return the stack's containers, as containers.json has them, of `images` by environment.

    `servers` is a list with an item for each profile, or one without a name if there are none.
    `looks` are by what they do: `take`, `owner` and `accounts`.
    """
    return {
        "servers": [
            {
                "profile": profile.name if profile else "",
                "container": _server(servers, profile, stack, images),
            }
            for profile in servers.profiles or (None,)
        ],
        "looks": looks(servers.notebook, stack, images[LAB]),
    }


def _server(
    servers: Servers, profile: Profile | None, stack: Stack, images: Mapping[str, str]
) -> Body:
    notebook, gpus, leased = servers.notebook, servers.gpus, {}
    if profile:
        notebook = notebook.model_copy(update=_own(profile, notebook))
        own = (GPU,) * profile.leased_gpus
        leased = {GPUS_LABEL: GPUS} if own else {}
        gpus = gpus.model_copy(update={"notebooks": own or profile.gpus or gpus.notebooks})
    memory_bytes = notebook.memory_mib * MIB
    body = {
        "Image": images[notebook.image],
        "Cmd": ["start-singleuser.sh"],
        "Env": _environment(notebook, gpus, servers.proxied),
        "Labels": {**stack.labels, PART_LABEL: "notebook", **leased},
    }
    limits = {
        "Memory": memory_bytes,
        "MemorySwap": memory_bytes,  # no swap beyond the memory
        "CpuPeriod": CPU_PERIOD_MICROSECONDS,
        "CpuQuota": int(notebook.cpus * CPU_PERIOD_MICROSECONDS),
        "PidsLimit": notebook.pids,
        "ShmSize": _shared_memory(notebook, memory_bytes),
    }
    host: Body = {
        "NetworkMode": stack.network,
        "RestartPolicy": {"Name": "no"},
        "Init": False,  # tini is in the image
        "LogConfig": LOG,
        "DeviceRequests": _device_requests(gpus),
        **limits,
        **_given(notebook),
    }
    if notebook.sudo:
        # start.sh needs root to grant sudo. Root could forge packets, or read the host's disks.
        return body | {"User": "root", "HostConfig": host | {"CapDrop": ["NET_RAW", "MKNOD"]}}
    # The user cannot become another, and needs no capability.
    rights = {"CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges"]}
    return body | {"HostConfig": host | rights}


def _own(profile: Profile, notebook: NotebookArgs) -> dict[str, Any]:
    """Return what a profile says of its servers, by the keys of the section `notebook`."""
    own = profile.model_dump(include={"memory_mib", "cpus", "shm_mib", "image"}, exclude_none=True)
    return own | {"environment": {**notebook.environment, **profile.environment}}


def _shared_memory(notebook: NotebookArgs, memory_bytes: int) -> int:
    if notebook.shm_mib is None:
        return memory_bytes // 2
    return min(notebook.shm_mib * MIB, memory_bytes)


def _given(notebook: NotebookArgs) -> Body:
    """Return what the stack file gives servers besides, by the names of HostConfig."""
    given: Body = {
        "Ulimits": [
            {"Name": name, "Soft": most, "Hard": most}
            for name, most in sorted(notebook.ulimits.items())
        ],
        "ExtraHosts": [f"{name}:{at}" for name, at in sorted(notebook.extra_hosts.items())],
        "Dns": [str(address) for address in notebook.dns],
    }
    return {key: value for key, value in given.items() if value}


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


def _environment(notebook: NotebookArgs, gpus: GpuArgs, proxied: Mapping[str, str]) -> list[str]:
    """Return the site's variables, and those that start.sh and NVIDIA's runtime read.

    If NVIDIA's runtime is the engine's default, `void` keeps it from adding GPUs by itself. For
    device requests in the mode `nvidia`, the engine sets the variable; CDI works without it.
    """
    variables = [
        f"{name}={value}" for name, value in sorted({**notebook.environment, **proxied}.items())
    ]
    if notebook.timezone:
        variables.append(f"TZ={notebook.timezone}")
    if notebook.sudo:
        variables.append("GRANT_SUDO=yes")
    if gpus.notebooks == "none" or gpus.mode == "cdi":
        variables.append("NVIDIA_VISIBLE_DEVICES=void")
    return variables
