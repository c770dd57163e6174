"""GPUs of the Docker host."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

_HEX = "[0-9a-f]"
_UUID = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
DEVICE = re.compile(rf"\d{{1,3}}(:\d{{1,3}})?|GPU-{_UUID}|MIG-{_UUID}")
"""A GPU as `nvidia-smi -L` prints it; `0:1` is the second MIG device of GPU 0."""


def _devices(value: Any) -> Any:
    return value if value in ("none", "all") else _listed(value, "none, all or a list")


def _pool(value: Any) -> Any:
    if value in ("none", "all"):
        msg = f"{value} names no GPU that can be leased: give a list, such as [0, 1]"
        raise ValueError(msg)
    pool = _listed(value, "a list")
    wholes = {device.partition(":")[0].lstrip("0") for device in pool if ":" not in device}
    for device in (device for device in pool if device[0].isdigit()):
        whole, part, _ = device.partition(":")
        if (part and whole.lstrip("0") in wholes) or (len(whole) > 1 and whole[0] == "0"):
            msg = f"{device} is, or is a part of, another one: name each GPU once, such as [0, 1]"
            raise ValueError(msg)
    return pool


def _own(value: Any) -> Any:
    if isinstance(value, int):
        if value < 1:
            msg = f"{value} is no number of GPUs: give 1 or more, or none"
            raise ValueError(msg)
        return value
    if value in ("none", "all"):
        return value
    return _listed(value, "none, all, a number of GPUs of gpus.pool such as 1, or a list")


def _listed(value: Any, expected: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value:
        msg = f"expected {expected}, such as [0, 1]"
        raise ValueError(msg)
    devices = tuple(str(device) for device in value)
    for device in devices:
        if not DEVICE.fullmatch(device):
            msg = (
                f"{device} is no GPU: give an index such as 0, or a UUID that begins with "
                "GPU- or MIG-, as nvidia-smi -L prints it"
            )
            raise ValueError(msg)
    if len(set(devices)) < len(devices):
        msg = f"a GPU is named twice in {', '.join(devices)}: name each once, such as [0, 1]"
        raise ValueError(msg)
    return devices


Devices = Annotated[Literal["none", "all"] | tuple[str, ...], BeforeValidator(_devices)]
"""`none`, `all`, or the indexes or UUIDs of some GPUs."""
Pool = Annotated[tuple[str, ...], BeforeValidator(_pool)]
"""The indexes or UUIDs of some GPUs."""
DevicesOrNumber = Annotated[Literal["none", "all"] | int | tuple[str, ...], BeforeValidator(_own)]
"""The same as `Devices`, or how many GPUs of a pool."""
