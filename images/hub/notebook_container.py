"""What the engine is asked for when a person's container is made: data only, nothing is started."""

from collections.abc import Collection
from typing import Any

Settings = dict[str, Any]
"""settings.json, or a section of it; components/ has checked it."""


def host_config(notebook: Settings, gpus: Settings) -> Settings:
    """Return what `DockerSpawner.extra_host_config` adds."""
    config = {
        "init": False,  # tini is in the image
        "pids_limit": notebook["pids"],
        "restart_policy": {"Name": "no"},
        "log_config": {"type": "json-file", "config": {"max-size": "10m", "max-file": "3"}},
        "device_requests": device_requests(gpus),
    }
    if notebook["sudo"]:  # no forged packets on the common network, no nodes of the host's disks
        config["cap_drop"] = ["NET_RAW", "MKNOD"]
    else:  # its user stays who it is, and needs no right of root's
        config |= {"security_opt": ["no-new-privileges"], "cap_drop": ["ALL"]}
    return config


def device_requests(gpus: Settings) -> list[Settings]:
    """Return which GPUs the engine should put into the container."""
    if gpus["notebooks"] == "none":
        return []
    every = gpus["notebooks"] == "all"
    if gpus["mode"] == "cdi":
        names = ["all"] if every else gpus["notebooks"]
        return [{"Driver": "cdi", "DeviceIDs": [f"nvidia.com/gpu={name}" for name in names]}]
    which = {"Count": -1} if every else {"DeviceIDs": gpus["notebooks"]}
    return [{"Driver": "nvidia", "Capabilities": [["gpu"]], **which}]


def environment(notebook: Settings, gpus: Settings) -> dict[str, str]:
    """Return the variables that start.sh and NVIDIA's runtime read.

    `void` keeps that runtime, where it is the engine's default, from adding GPUs by itself. The
    engine sets the variable for a request of its own; CDI works without it.
    """
    variables = {}
    if notebook["sudo"]:
        variables["GRANT_SUDO"] = "yes"
    if gpus["notebooks"] == "none" or gpus["mode"] == "cdi":
        variables["NVIDIA_VISIBLE_DEVICES"] = "void"
    return variables


def home_mount(notebook: Settings, labels: dict[str, str]) -> Settings:
    """Return where the person's own files are; DockerSpawner fills in `{username}`."""
    if notebook["home"] == "volume":
        return {
            "type": "volume",
            "source": f"{notebook['volume_prefix']}-{{username}}",
            "target": notebook["directory"],
            "labels": {**labels, "jupyterhub.part": "home"},
        }
    return {"type": "bind", "source": notebook["home"], "target": notebook["directory"]}


def of_members(things: list[Settings], groups: Collection[str]) -> list[Settings]:
    """Return which of `things` members of `groups` have; those without groups are everybody's."""
    return [
        thing
        for thing in things
        if thing["groups"] is None or not set(groups).isdisjoint(thing["groups"])
    ]


def shared_mounts(notebook: Settings, groups: Collection[str]) -> list[Settings]:
    """Return what a member of `groups` sees of what is shared."""
    return [
        {
            "type": "bind" if "/" in shared["source"] else "volume",
            "source": shared["source"],
            "target": shared["target"],
            "read_only": shared["read_only"],
        }
        for shared in of_members(notebook["shared"], groups)
    ]
