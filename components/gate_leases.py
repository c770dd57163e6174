"""What the docker gate lets through of GPUs that the hub leases."""

import re
from collections.abc import Mapping, Sequence

from hubconfig.servers import Servers
from hubconfig.stack import GPUS_LABEL, Stack

from . import containers
from .looks import Body

AT = ("HostConfig", "DeviceRequests", 0, "DeviceIDs")
"""Where a server's GPUs are in the request for its container."""


def readable(servers: Servers) -> Body:
    """Return what lets the hub read the engine's leases, if any server has one."""
    return {"leases": True} if any(each.leased_gpus for each in servers.profiles) else {}


def of_stack(servers: Servers, stack: Stack, images: Mapping[str, str]) -> Body:
    """Return the stack's containers with it left open which GPUs of the pool they lease.

    How many these are stays, and the label says which.
    """
    told, pool = containers.of_stack(servers, stack, images), servers.gpus.pool or ()
    return told | {"servers": [each | _opened(each["container"], pool) for each in told["servers"]]}


def _opened(body: Body, pool: Sequence[str]) -> Body:
    if GPUS_LABEL not in body["Labels"]:
        return {}
    [request] = body["HostConfig"]["DeviceRequests"]
    start = request["DeviceIDs"][0].removesuffix(containers.GPU)
    any_of_them = {"matches": f"{re.escape(start)}({'|'.join(map(re.escape, pool))})"}
    leased = request | {"DeviceIDs": [any_of_them for _ in request["DeviceIDs"]]}
    label = {GPUS_LABEL: {"joins": [*AT], "after": start}}
    host = body["HostConfig"] | {"DeviceRequests": [leased]}
    return {"container": body | {"Labels": body["Labels"] | label, "HostConfig": host}}
