"""The GPUs of people's servers in words, by what the hub asks the engine for."""

from collections.abc import Collection
from typing import Any

from components.containers import GPU
from hubconfig.stack import GPUS_LABEL

from .markdown import code

REQUESTS = "HostConfig.DeviceRequests"
IDS = f"{REQUESTS}[0].DeviceIDs"
"""The only part of a request that is told where only parts of it change."""
WITH_IDS = {f"{REQUESTS}[0].{key}" for key in ("Capabilities", "Count", "Driver")}
"""The parts that can change with that, as between all GPUs and some, or between the modes."""


def of_requests(requests: Any) -> str:
    """Return which GPUs a server gets, or how many it leases."""
    if not requests:
        return "none"
    return ", ".join(of_ids(request.get("DeviceIDs")) for request in requests)


def of_ids(ids: Any) -> str:
    """Return the same by the ids in a request; without any, it is for all."""
    if any(id_.endswith(GPU) for id_ in ids or ()):
        return f"{code(len(ids))} of the pool"
    return ", ".join(map(code, ids or ["all"]))


def follows(server: str, property_: str, changed: Collection[str]) -> bool:
    """Tell whether a property changes because of the GPUs that a server gets, which is told itself.

    `server` is what the paths of its properties begin with, and `changed` are those that change.
    """
    if property_ == f"Labels.{GPUS_LABEL}":
        return any(path.startswith(server + REQUESTS) for path in changed)
    return property_ in WITH_IDS and server + IDS in changed
