"""The sections on people's servers as a whole."""

from collections.abc import Iterator

from .model import Fault, Settings
from .sections.gpus import GpuArgs
from .sections.notebook import NotebookArgs
from .sections.profiles import Profiles, name_faults

MIB = 1024 * 1024
CPU_PERIOD_MICROSECONDS = 100_000
"""The period in which the engine counts a server's time on processors: 0.1 s, as docker's own."""


class Servers(Settings):
    """What people's servers are: account and limits, GPUs, and the profiles to choose from."""

    notebook: NotebookArgs = NotebookArgs()
    gpus: GpuArgs = GpuArgs()
    profiles: Profiles = ()

    @property
    def uses_groups(self) -> bool:
        """Whether a share or a profile is for some groups only, which the hub then has to know."""
        return self.notebook.uses_groups or any(profile.groups for profile in self.profiles)

    @property
    def memories_mib(self) -> list[int]:
        """How much memory a server can have, by profile, or without one, in MiB."""
        own = [each.memory_mib or self.notebook.memory_mib for each in self.profiles]
        return own or [self.notebook.memory_mib]

    @property
    def can_have_gpus(self) -> bool:
        """Whether any server gets a GPU."""
        return self.gpus.wanted or any(profile.wants_gpus for profile in self.profiles)

    def faults(self) -> Iterator[Fault]:
        """Yield faults between the profiles."""
        yield from name_faults(self.profiles)
