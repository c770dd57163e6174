"""What of the pool of GPUs can be had now, in words for who chooses a profile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import administrators
from containers import Body, gpus_to_lease
from docker.errors import APIError
from leases import Lease, Pool, holders, read
from limits import Limit, limits_of, why_not
from together import uses_of
from words import counted, in_words, when

if TYPE_CHECKING:
    from notebook_spawner import NotebookSpawner


@dataclass(frozen=True)
class Stock:
    """The pool of GPUs, and who has which of them; `leases` None means that nobody knows."""

    pool: Pool
    leases: list[Lease] | None
    holders: str = ""
    """In words, by whom and since when they are taken."""
    limits: Sequence[Limit] = ()
    """Those of the person's groups."""

    @classmethod
    async def of(cls, spawner: "NotebookSpawner", bodies: list[Body]) -> "Stock":
        """Return what there is for a server that is one of `bodies`.

        A container that it had before does not count: it goes when the server starts.
        """
        pool = Pool.of(spawner.settings)
        if not any(map(gpus_to_lease, bodies)):
            return cls(pool, None)
        try:
            own = await spawner.get_object() or {"Id": ""}
            leases = [each for each in await read(spawner) if each.container != own["Id"]]
        except (APIError, OSError):  # a start says more of it
            spawner.log.exception("The engine does not say which GPUs are leased")
            return cls(pool, None)
        of_pool = [lease for lease in leases if lease.gpus.intersection(pool.gpus)]
        limits = limits_of(spawner, leases)
        return cls(pool, leases, ", ".join(_holders(spawner, of_pool)), limits)

    def in_words(self, body: Body) -> str:
        """Return what a server has, such as `lab, 2 GiB of memory, 1 GPU of 4, 2 free`.

        How long it may have that comes before what is free.
        """
        uses = uses_of(body)
        if not (wanted := gpus_to_lease(body)):
            return in_words(uses)
        said = f"{in_words(uses | {'gpus': []})}, {counted(wanted, 'GPU')} of {len(self.pool.gpus)}"
        if self.pool.hours:
            said += f" for at most {counted(self.pool.hours, 'hour')}"
        return said if self.leases is None else f"{said}, {self._free} free"

    def why_not(self, body: Body) -> str:
        """Return why a server cannot be had now; empty if it can, or if nobody knows."""
        if not (wanted := gpus_to_lease(body)) or self.leases is None:
            return ""
        if full := why_not(self.limits, wanted):
            return full
        if wanted <= self._free:
            return ""
        taken = "; taken" if self._free else ":"
        return f"{self.pool.shortage(self._free)}{taken} {self.holders}."

    @property
    def _free(self) -> int:
        return len(self.pool.free(self.leases or ()))


def _holders(spawner: "NotebookSpawner", leases: list[Lease]) -> Iterator[str]:
    """Say since when each lease is; whose it is, to who has a group with them or administers.

    Only groups that the settings name count: anybody can make one and have others in it. Of other
    stacks' servers, the hub does not know whose they are.
    """
    viewer = spawner.user
    groups = {group.name for group in viewer.groups} & spawner.settings.named_groups
    sees_all = any(role.name == administrators.NAME for role in viewer.roles)
    known = holders(spawner.db, leases)
    for lease in leases:
        holder = known.get(lease.container)
        named = holder and (sees_all or groups & {group.name for group in holder.groups})
        yield (f"by {holder.name} " if holder and named else "") + f"since {when(lease.since)}"
