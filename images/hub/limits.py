"""How many GPUs the members of GitLab groups lease together, and may lease."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leases import Lease, holders
from words import counted

if TYPE_CHECKING:
    from server_spawner import ServerSpawner


@dataclass(frozen=True)
class Limit:
    """How many GPUs a group's members may lease at a time together, and how many they have now."""

    group: str
    gpus: int
    leased: int

    def why_not(self, wanted: int) -> str:
        """Return why a member cannot lease so many more; empty if they can."""
        if self.leased + wanted <= self.gpus:
            return ""
        if not self.gpus:
            return f"Members of {self.group} may have no GPU."
        needs = f"; this profile needs {wanted}" if wanted > 1 else ""
        return (
            f"Members of {self.group} may have {counted(self.gpus, 'GPU')} at a time, and have "
            f"{self.leased or 'none'} now{needs}."
        )


def limits_of(spawner: "ServerSpawner", leases: Collection[Lease]) -> list[Limit]:
    """Return the limits of the person's groups, beside what others have.

    A lease counts in each group of its holder. Whose the leases of other hubs are, nobody tells.
    """
    own = {group.name for group in spawner.user.groups}
    limits = [each for each in spawner.settings.gpu_limits if each.group in own]
    known = holders(spawner.db, leases) if limits else {}
    leased: Counter[str] = Counter()
    for lease in leases:
        if holder := known.get(lease.container):
            leased.update({group.name: len(lease.gpus) for group in holder.groups})
    return [Limit(each.group, each.gpus, leased[each.group]) for each in limits]


def why_not(limits: Iterable[Limit], wanted: int) -> str:
    """Return why a person cannot lease so many GPUs more; empty if all their groups have room."""
    return next(filter(None, (limit.why_not(wanted) for limit in limits)), "")
