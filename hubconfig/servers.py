"""The sections on people's servers as a whole."""

from collections.abc import Iterable, Iterator

from pydantic import Field

from .model import Fault, Settings
from .sections.environments import READY
from .sections.gpus import GpuArgs
from .sections.notebook import NotebookArgs
from .sections.profiles import Profiles, name_faults
from .values.variables import SecretVariables

MIB = 1024 * 1024
CPU_PERIOD_MICROSECONDS = 100_000
"""The period in which the engine counts a server's time on processors: 0.1 s, as docker's own."""


class Servers(Settings):
    """What people's servers are: account and limits, GPUs, and the profiles to choose from."""

    notebook: NotebookArgs = NotebookArgs()
    gpus: GpuArgs = GpuArgs()
    profiles: Profiles = ()
    secrets: SecretVariables = Field({})
    """Variables whose values are secrets."""
    proxied: dict[str, str] = Field({})
    """The variables by which their programs, builds and the hub find the site's proxy."""

    @property
    def uses_groups(self) -> bool:
        """Whether something is for some groups, or limited for them, which the hub has to know."""
        of_profiles = any(profile.groups for profile in self.profiles)
        return self.notebook.uses_groups or of_profiles or bool(self.gpus.limits)

    @property
    def memories_mib(self) -> list[int]:
        """How much memory a server can have, by profile, or without one, in MiB."""
        own = [each.memory_mib or self.notebook.memory_mib for each in self.profiles]
        return own or [self.notebook.memory_mib]

    @property
    def images(self) -> list[str]:
        """The names of the environments that servers can have, each once."""
        own = [each.image or self.notebook.image for each in self.profiles]
        return [*dict.fromkeys(own or [self.notebook.image])]

    @property
    def can_have_gpus(self) -> bool:
        """Whether any server gets a GPU."""
        return self.gpus.wanted or any(profile.wants_gpus for profile in self.profiles)

    def faults(self) -> Iterator[Fault]:
        """Yield faults between the profiles, and for variables of a proxy that are given twice."""
        yield from name_faults(self.profiles)
        given = {"notebook.environment": self.notebook.environment}
        given |= {
            f"profiles.{n}.environment": one.environment for n, one in enumerate(self.profiles)
        }
        for key, variables in given.items():
            for name in sorted(self.proxied.keys() & variables.keys()):
                yield Fault(
                    ("proxy.url", f"{key}.{name}"),
                    f"proxy.url and {key} both set {name}: remove it from the latter",
                )
        for number, profile in enumerate(self.profiles):
            memory = profile.memory_mib or self.notebook.memory_mib
            if profile.shm_mib and profile.shm_mib > memory:
                yield Fault(
                    (f"profiles.{number}.shm_mib", f"profiles.{number}.memory_mib"),
                    f"profiles: {profile.name} has shm_mib {profile.shm_mib}, more than its "
                    f"memory_mib {memory}, of which that is a part: give less",
                )
        yield from self._faults_of_leases()

    def _faults_of_leases(self) -> Iterator[Fault]:
        """Yield faults between what is to lease, for how long, and the profiles that lease it."""
        pool = self.gpus.pool or ()
        if self.gpus.hours and not any(profile.leased_gpus for profile in self.profiles):
            yield Fault(
                ("gpus.hours", "profiles"),
                f"gpus.hours {self.gpus.hours:g} is for servers that lease GPUs, and no profile "
                "does: give one a number of gpus, such as 1, or remove gpus.hours",
            )
        for number, profile in enumerate(self.profiles):
            if (wanted := profile.leased_gpus) and not pool:
                yield Fault(
                    (f"profiles.{number}.gpus", "gpus.pool"),
                    f"profiles: {profile.name} leases gpus {wanted}, and there is no gpus.pool to "
                    "lease of: set it to a list, such as [0, 1], or give the profile a list",
                )
            elif wanted > len(pool):
                yield Fault(
                    (f"profiles.{number}.gpus", "gpus.pool"),
                    f"profiles: {profile.name} leases gpus {wanted}, more than the {len(pool)} "
                    "of gpus.pool: give fewer, or name more there",
                )

    def advice_on(self, environments: Iterable[str]) -> Iterator[str]:
        """Yield a sentence for each environment that no server can have, and that is not built."""
        for name in environments:
            if name not in self.images:
                yield (
                    f"images.environments.{name} is not built, as neither notebook.image nor a "
                    "profile names it"
                )

    def faults_with(self, environments: Iterable[str]) -> Iterator[Fault]:
        """Yield a fault for each environment that is named and is none of the images'."""
        known = [*READY, *environments]
        named: dict[str, str | None] = {"notebook.image": self.notebook.image}
        named |= {f"profiles.{n}.image": each.image for n, each in enumerate(self.profiles)}
        for key, name in named.items():
            if name not in (*known, None):
                yield Fault(
                    (key,),
                    f"{key}: there is no environment {name}: give one of {', '.join(known)}, or "
                    "describe it in images.environments",
                )
