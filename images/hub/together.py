"""What a person's servers use together: no more than the largest of them alone may."""

import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from containers import GPU, Body, of_members
from refusals import refusal

if TYPE_CHECKING:
    from server_spawner import ServerSpawner

MIB = 2**20
CDI = "nvidia.com/gpu="
"""What the engine's names for GPUs begin with in the mode `cdi`."""
ALL = ("all", f"{CDI}all")
"""What stands for all GPUs of the host, in the modes `nvidia` and `cdi`."""
Uses = dict[str, Any]
"""What one server uses: `memory_mib`, `cpus`, `shm_mib`, the name of its `image`, and a list `gpus`
of the engine's names for them, with `GPU` in those that are yet to lease; `leases` tells whether
it leases these, and `profile` is the name of its profile, if there are any. What an earlier version
of this hub has started lacks some."""


def uses_of(body: Body) -> Uses:
    """Return what a server uses, by the request for its container."""
    host = body["HostConfig"]
    gpus = [
        gpu
        for request in host.get("DeviceRequests") or ()
        for gpu in request.get("DeviceIDs") or ALL[:1]
    ]
    return {
        "memory_mib": host["Memory"] // MIB,
        "cpus": host["CpuQuota"] / host["CpuPeriod"],
        "shm_mib": host["ShmSize"] // MIB,
        "image": named_in(body["Image"]),
        "gpus": gpus,
    }


def named_in(image: str) -> str:
    """Return the environment that an image is of: components/image_chain.py names it."""
    return re.sub(r"^jupyterhub-(environment-)?|:.*", "", image)


def check(spawner: "ServerSpawner") -> None:
    """Refuse a server that would be one too many beside those that the person has."""
    running = [
        each.uses
        for each in spawner.user.spawners.values()
        if each is not spawner and each.active and each.uses
    ]
    if not running:
        return
    settings, bodies = spawner.settings, spawner.containers.servers
    groups = {group.name for group in spawner.user.groups}
    names = [each.name for each in of_members(settings.profiles, groups)] or [""]
    offered = [uses_of(bodies[name]) for name in names]
    most = settings.person_memory_mib or max(uses["memory_mib"] for uses in offered)
    used = sum(uses["memory_mib"] for uses in running)
    if used + spawner.uses["memory_mib"] > most:
        msg = (
            f"Your servers may use {most} MiB of memory together. Those that run have {used} MiB, "
            f"and this one would have {spawner.uses['memory_mib']} MiB more: stop one of them."
        )
        raise refusal(msg, "together")
    if _number([*running, spawner.uses]) > max(_number([uses]) for uses in offered):
        msg = "Your servers that run have as many GPUs as you may use at a time: stop one of them."
        raise refusal(msg, "together")


def _number(servers: Iterable[Uses]) -> float:
    """Return how many GPUs some servers have: each lease, and what is no lease once each."""
    leased, fixed = 0, set[str]()
    for uses in servers:
        own = [gpu for gpu in uses["gpus"] if not uses.get("leases") and not gpu.endswith(GPU)]
        leased += len(uses["gpus"]) - len(own)
        fixed |= {*own}
    return leased + len(fixed) if fixed.isdisjoint(ALL) else math.inf
