"""The section `gpus`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ..model import Fault, Settings
from ..values.gitlab_names import GroupPath
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
    limits: dict[GroupPath, Annotated[int, Field(ge=0, strict=True)]] = Field(
        {}, examples=[{"lab/students": 2}]
    )
    """By the full path of a GitLab group, how many GPUs of `pool` its members may lease at a time
    together; 0 means none. Who is in several of these groups needs room in each, and who is in none
    of them has no limit. For `pulumi config set --path`, a path with a dot is in quotes:
    `gpus.limits["lab.org/students"]`."""
    mode: Literal["nvidia", "cdi"] = Field("nvidia", examples=["cdi"])
    """How the engine finds the GPUs: `nvidia` through NVIDIA's container toolkit, `cdi` through the
    files in /etc/cdi (Docker Engine 25 or newer)."""

    @property
    def wanted(self) -> bool:
        """Whether notebooks get GPUs, and so need an image that can use them."""
        return self.notebooks != "none"

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for limits of what nobody can lease."""
        if self.limits and not self.pool:
            yield Fault(
                ("limits", "pool"),
                "limits are for GPUs that members of a group lease, and there is no pool to lease "
                "of: set pool to a list, such as [0, 1], or remove limits",
            )
