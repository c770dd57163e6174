"""Which GPUs are leased, by the labels of the engine's containers, of whatever stack they are.

Nothing else says so: a hub that has lost its database still gives nobody what another has.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from containers import GPUS_LABEL
from jupyterhub import orm
from settings import Settings

if TYPE_CHECKING:
    from server_spawner import ServerSpawner

HOLDING = {"running", "paused", "restarting"}
"""The states of containers that have what they were made with."""
FRESH_SECONDS = 300
"""How long a container that was made, and not started, has it too: as a start may take at most."""


@dataclass(frozen=True)
class Lease:
    """The GPUs that a container leases; `since` is in seconds since 1970."""

    container: str
    since: float
    gpus: frozenset[str]


async def read(spawner: "ServerSpawner") -> list[Lease]:
    """Return the leases on the engine, the oldest first."""
    found = await spawner.docker("containers", all=True, filters={"label": [GPUS_LABEL]})
    held = [_lease(each) for each in found if _holds(each, time.time())]
    return sorted(held, key=lambda lease: (lease.since, lease.container))


def holders(database: Any, leases: Iterable[Lease]) -> dict[str, orm.User]:
    """Return whose leases are, by their containers, as far as those are this hub's servers.

    A hub that has lost its database does not know it of those that run.
    """
    leased = {lease.container for lease in leases}
    told = ((each, (each.state or {}).get("object_id")) for each in database.query(orm.Spawner))
    return {container: each.user for each, container in told if container in leased}


def _holds(container: Any, now: float) -> bool:
    if container["State"] == "created":
        return bool(now - container["Created"] < FRESH_SECONDS)
    return container["State"] in HOLDING


def _lease(container: Any) -> Lease:
    gpus = container["Labels"][GPUS_LABEL].split(",")
    return Lease(container["Id"], container["Created"], frozenset(gpus))


@dataclass(frozen=True)
class Pool:
    """The GPUs that servers lease, in the stack file's order."""

    gpus: list[str]
    people_per_gpu: int
    hours: float | None
    """How long a server may have them; None means until it ends."""

    @classmethod
    def of(cls, settings: Settings) -> "Pool":
        """Return what settings.json says."""
        return cls(settings.gpu_pool, settings.people_per_gpu, settings.gpu_hours)

    def free(self, leases: Iterable[Lease]) -> list[str]:
        """Return the GPUs that one server more may have beside these, the least used first."""
        used = Counter(gpu for lease in leases for gpu in lease.gpus)
        return sorted(
            (gpu for gpu in self.gpus if used[gpu] < self.people_per_gpu),
            key=lambda gpu: used[gpu],
        )

    def shortage(self, free: int) -> str:
        """Say how few GPUs are free."""
        every = len(self.gpus)
        if free:
            return f"Only {free} of {every} GPUs {'is' if free == 1 else 'are'} free"
        return f"All {every} GPUs are taken" if every > 1 else "The only GPU is taken"
