"""The section `profiles`."""

from collections.abc import Iterator

from pydantic import Field

from ..model import Fault, Settings
from ..values.gitlab_names import Groups
from ..values.gpu_devices import DevicesOrNumber
from ..values.lines import Line
from ..values.variables import Variables
from .notebook import Cpus, MemoryMib, ShmMib


class Profile(Settings):
    """The kinds of server that people choose from: a list, whose first item is preselected.

    Without profiles, a server starts at once. For a key that a profile leaves out, the value in
    `notebook` or `gpus` holds.
    """

    name: Line = Field(examples=["Large"])
    """The name that people see, and by which the hub's API selects the profile."""
    description: str = Field("", examples=["8 GiB and a GPU, for training"])
    """A text that tells people what the profile is for."""
    groups: Groups = Field(None, examples=[["lab/vision"]])
    """The full paths of the GitLab groups whose members may choose the profile; by default everyone
    may."""
    memory_mib: MemoryMib | None = Field(None, examples=[8192])
    """How much memory a server can use, in MiB."""
    cpus: Cpus | None = Field(None, examples=[4])
    """How many processors a server can use; 0.5 means half the time of one."""
    gpus: DevicesOrNumber | None = Field(None, examples=[1])
    """The GPUs that a server gets: `none`, `all`, a list of indexes or UUIDs, or how many it leases
    of `gpus.pool`, such as 1. Those are the least used, and no other server's unless
    `gpus.people_per_gpu` says so."""
    shm_mib: ShmMib | None = Field(None, examples=[8192])
    """How much shared memory (/dev/shm) a server can use, in MiB, as a part of its memory."""
    image: str | None = Field(None, examples=["science"])
    """The environment that a server has: `lab`, `science`, `pytorch`, or one of
    `images.environments`."""
    environment: Variables = Field({}, examples=[{"OMP_NUM_THREADS": "4"}])
    """Variables that a server has besides those of `notebook.environment`, or instead of them."""

    @property
    def wants_gpus(self) -> bool:
        """Whether the profile itself gives GPUs, regardless of the section `gpus`."""
        return self.gpus not in {None, "none"}

    @property
    def leased_gpus(self) -> int:
        """How many GPUs of the pool a server leases."""
        return self.gpus if isinstance(self.gpus, int) else 0


Profiles = tuple[Profile, ...]


def name_faults(profiles: Profiles) -> Iterator[Fault]:
    """Yield a fault for each profile that has the name of one before it."""
    names = [profile.name for profile in profiles]
    for number, name in enumerate(names):
        first = names.index(name)
        if first < number:
            yield Fault(
                (f"profiles.{first}.name", f"profiles.{number}.name"),
                f"profiles: two profiles are called {name}, and people, and the hub, tell them by "
                f"their names: call one another, such as {name} 2",
            )
