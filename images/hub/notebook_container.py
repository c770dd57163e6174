"""The parts of a request to the engine for a person's container. Nothing is requested here."""

from collections.abc import Collection
from typing import Any, TypeVar

from settings import Gpus, Notebook, Profile, Shared

Request = dict[str, Any]
"""A part of a request to the engine."""
Thing = TypeVar("Thing", Profile, Shared)


def host_config(notebook: Notebook, gpus: Gpus) -> Request:
    """Return the value of `DockerSpawner.extra_host_config`."""
    config = {
        "init": False,  # tini is in the image
        "pids_limit": notebook.pids,
        "restart_policy": {"Name": "no"},
        "log_config": {"type": "json-file", "config": {"max-size": "10m", "max-file": "3"}},
        "device_requests": device_requests(gpus),
    }
    if notebook.sudo:  # root could forge packets on the network, or read the host's disks
        config["cap_drop"] = ["NET_RAW", "MKNOD"]
    else:  # the user cannot become another, and needs no capability
        config |= {"security_opt": ["no-new-privileges"], "cap_drop": ["ALL"]}
    return config


def device_requests(gpus: Gpus) -> list[Request]:
    """Return the requests for the GPUs that the engine should put into the container."""
    if gpus.notebooks == "none":
        return []
    every = gpus.notebooks == "all"
    if gpus.mode == "cdi":
        names = ["all"] if every else gpus.notebooks
        return [{"Driver": "cdi", "DeviceIDs": [f"nvidia.com/gpu={name}" for name in names]}]
    which = {"Count": -1} if every else {"DeviceIDs": gpus.notebooks}
    return [{"Driver": "nvidia", "Capabilities": [["gpu"]], **which}]


def environment(notebook: Notebook, gpus: Gpus) -> dict[str, str]:
    """Return the variables that start.sh and NVIDIA's runtime read.

    If NVIDIA's runtime is the engine's default, `void` keeps it from adding GPUs by itself. For
    `device_requests` in the mode `nvidia`, the engine sets the variable; CDI works without it.
    """
    variables = {}
    if notebook.sudo:
        variables["GRANT_SUDO"] = "yes"
    if gpus.notebooks == "none" or gpus.mode == "cdi":
        variables["NVIDIA_VISIBLE_DEVICES"] = "void"
    return variables


def home_mount(notebook: Notebook, labels: dict[str, str]) -> Request:
    """Return the mount of the person's own files; DockerSpawner fills in `{username}`."""
    if notebook.home == "volume":
        return {
            "type": "volume",
            "source": f"{notebook.volume_prefix}-{{username}}",
            "target": notebook.directory,
            "labels": {**labels, "jupyterhub.part": "home"},
        }
    return {"type": "bind", "source": notebook.home, "target": notebook.directory}


def of_members(things: list[Thing], groups: Collection[str]) -> list[Thing]:
    """Return the `things` for members of `groups`; those without groups are for everyone."""
    return [
        thing
        for thing in things
        if thing.groups is None or not set(groups).isdisjoint(thing.groups)
    ]


def shared_mounts(notebook: Notebook, groups: Collection[str]) -> list[Request]:
    """Return the mounts of shared directories and volumes that a member of `groups` sees."""
    return [
        {
            "type": "bind" if "/" in shared.source else "volume",
            "source": shared.source,
            "target": shared.target,
            "read_only": shared.read_only,
        }
        for shared in of_members(notebook.shared, groups)
    ]
