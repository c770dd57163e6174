"""The section `gpus`."""

from typing import Literal

from pydantic import Field

from ..model import Settings
from ..values.gpu_devices import Devices, Pool


class GpuArgs(Settings):
    """The GPUs of the host that notebooks get."""

    notebooks: Devices = Field("none", examples=[[0, 1]])
    """The GPUs that every notebook gets: `none`, `all`, or a list of indexes or UUIDs, as
    `nvidia-smi -L` prints them."""
    pool: Pool | None = Field(None, examples=[[0, 1]])
    """The GPUs of which profiles lease some: a list of indexes or UUIDs. Stacks of one host that
    name a GPU here alike, see each other's leases of it."""
    people_per_gpu: int = Field(1, ge=1, le=64, examples=[2])
    """How many servers may have the same GPU of `pool` at a time."""
    hours: float | None = Field(None, ge=0.25, le=8784, allow_inf_nan=False, examples=[24])
    """The number of hours after its start at which a server that leases GPUs is stopped, busy or
    not; by default it has them until it ends."""
    mode: Literal["nvidia", "cdi"] = Field("nvidia", examples=["cdi"])
    """How the engine finds the GPUs: `nvidia` through NVIDIA's container toolkit, `cdi` through the
    files in /etc/cdi (Docker Engine 25 or newer)."""

    @property
    def wanted(self) -> bool:
        """Whether notebooks get GPUs, and so need an image that can use them."""
        return self.notebooks != "none"
