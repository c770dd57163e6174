"""Which GPUs a server is given: some that are named, or as many of a pool as it leases."""

from collections.abc import Iterator
from typing import Any

from components.containers import GPU
from hubconfig.stack import GPUS_LABEL
from hubconfig.values.gpu_devices import DEVICE

from .places import places

CDI = "nvidia.com/gpu="
LABEL = {"joins": ["HostConfig", "DeviceRequests", 0, "DeviceIDs"]}
"""What the label of a server that leases has to be: images/docker-gate/gate/comparison.py."""


def are_gpus(requests: Any) -> bool:
    """Tell whether the engine is asked for GPUs and nothing else: CDI has names for anything."""
    return all(map(_is_for_gpus, requests))


def may_be_gpus(requests: Any) -> bool:
    """Tell the same of what POLICY has, where it can be left open which of some GPUs they are."""
    return all(map(_is_for_gpus, map(_with_all_that_they_can_be, requests)))


def unlabelled(where: str, body: dict[str, Any]) -> Iterator[str]:
    """Yield a fault if a server in POLICY leases GPUs and the label does not say which it has.

    Other hubs of the host go by the label.
    """
    requests = body["HostConfig"].get("DeviceRequests") or []
    leases = [one for one in requests if not all(isinstance(id_, str) for id_ in _ids(one))]
    cdi = any(one.get("Driver") == "cdi" for one in leases)
    expected = LABEL | {"after": CDI if cdi else ""} if leases else None
    label = (body.get("Labels") or {}).get(GPUS_LABEL)
    if label != expected or (leases and len(requests) > 1):
        yield f"{where}.Labels has {GPUS_LABEL} {label}; give {expected}, for a single request"


def _ids(request: Any) -> list[Any]:
    return request.get("DeviceIDs") or []


def _with_all_that_they_can_be(request: Any) -> Any:
    if "DeviceIDs" not in request:
        return request
    return request | {"DeviceIDs": [text for id_ in _ids(request) for text in places(id_) or [""]]}


def _is_for_gpus(request: Any) -> bool:
    match request:
        case {"Driver": "nvidia", "Capabilities": [["gpu"]], "Count": -1, **more}:
            return not more
        case {"Driver": "nvidia", "Capabilities": [["gpu"]], "DeviceIDs": [_, *_] as ids, **more}:
            return not more and all(_is_gpu(id_) for id_ in ids)
        case {"Driver": "cdi", "DeviceIDs": [_, *_] as ids, **more}:
            names = (id_.partition(CDI) for id_ in ids)
            return not more and all(
                start == "" and found and (_is_gpu(id_) or id_ == "all")
                for start, found, id_ in names
            )
    return False


def _is_gpu(id_: str) -> bool:
    return id_ == GPU or DEVICE.fullmatch(id_) is not None
