"""Which notebooks see which GPUs of the Docker host."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from .settings import Settings

_HEX = "[0-9a-f]"
_UUID = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_DEVICE = re.compile(rf"\d{{1,3}}(:\d{{1,3}})?|GPU-{_UUID}|MIG-{_UUID}")
"""As `nvidia-smi -L` prints them; `0:1` is the second MIG device of GPU 0."""


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


class GpuArgs(Settings):
    """What the engine is asked to put into notebooks."""

    notebooks: Devices = Field("none", examples=[[0, 1]])
    """The GPUs that every notebook gets: `none`, `all`, or a list of indexes or UUIDs, as
    `nvidia-smi -L` prints them."""
    mode: Literal["nvidia", "cdi"] = Field("nvidia", examples=["cdi"])
    """How the engine finds them: `nvidia` through NVIDIA's container toolkit, `cdi` through the
    files in /etc/cdi (Docker Engine 25 or newer)."""

    @property
    def wanted(self) -> bool:
        """Tell whether notebooks need an image for GPUs."""
        return self.notebooks != "none"
