"""Servers that lease GPUs: which ones each of them gets."""

import asyncio
import random
from contextlib import suppress
from typing import ClassVar

from containers import Body, gpus_to_lease, leasing
from leases import Pool, read
from limits import limits_of, why_not
from refusals import TAKEN, TOO_MANY_HUBS, refusal
from server_spawner import ServerSpawner
from together import uses_of

TRIES = 5
"""How often GPUs are chosen, each time that another hub has taken one of them meanwhile."""
APART_SECONDS = 1.0
"""Hubs that have met each other at a GPU choose again within so long, at random, each by itself."""


class LeasingSpawner(ServerSpawner):
    """Leases the least used GPUs of the pool for servers whose profile has a number of them."""

    choosing: ClassVar[asyncio.Lock] = asyncio.Lock()
    """Held from the reading of leases until the container with the new one is there."""

    async def create_object(self) -> Body:
        """Ask the engine for the container, with GPUs that are free."""
        declared, pool = self.body, Pool.of(self.settings)
        if not (wanted := gpus_to_lease(declared)):
            return await super().create_object()
        async with self.choosing:
            for _ in range(TRIES):
                leases = await read(self)
                if full := why_not(limits_of(self, leases), wanted):
                    raise refusal(full, "gpus")
                free = pool.free(leases)
                if len(free) < wanted:
                    short = pool.shortage(len(free))
                    raise refusal(TAKEN.format(short=short, wanted=wanted), "gpus")
                self.body = leasing(declared, free[:wanted])
                made = await super().create_object()
                # The last to come of those that are too many at a GPU sees all the others, so that
                # going by whoever is seen leaves none too many. When each was made does not tell
                # who came last: the engine shows a container some time after that.
                others = [each for each in await read(self) if each.container != made["Id"]]
                if {*free[:wanted]} <= {*pool.free(others)}:
                    self.uses = self.uses | {"gpus": uses_of(self.body)["gpus"]}
                    self.keep(made)
                    return made
                with suppress(TimeoutError):  # it does not run, and counts no more in five minutes
                    await self.remove_object()
                await asyncio.sleep(random.uniform(0, APART_SECONDS))  # noqa: S311
        raise refusal(TOO_MANY_HUBS, "gpus")

    def keep(self, made: Body) -> None:
        """Store whose the container is, as JupyterHub does only once the server listens."""
        self.object_id = made["Id"]
        self.orm_spawner.state = self.get_state()
        self.db.commit()
