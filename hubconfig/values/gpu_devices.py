"""GPUs of the Docker host."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

_HEX = "[0-9a-f]"
_UUID = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_DEVICE = re.compile(rf"\d{{1,3}}(:\d{{1,3}})?|GPU-{_UUID}|MIG-{_UUID}")
"""A GPU as `nvidia-smi -L` prints it; `0:1` is the second MIG device of GPU 0."""


def _devices(value: Any) -> Any:
    if value in ("none", "all"):
        return value
    if not isinstance(value, list | tuple) or not value:
        msg = "expected none, all or a list, such as [0, 1]"
        raise ValueError(msg)
    devices = tuple(str(device) for device in value)
    for device in devices:
        if not _DEVICE.fullmatch(device):
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
