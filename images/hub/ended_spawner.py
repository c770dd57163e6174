"""People's containers when they end: what is kept of them, and that they are removed."""

import asyncio

from addresses import Addresses
from docker.errors import APIError, NotFound
from endings import KEPT, LINES, Ending
from health import CheckedSpawner

REMOVAL_SECONDS = 30
"""How long the engine may take to remove a container that has stopped."""
LOOK_SECONDS = 0.05
LONGEST_LOG, FEWER = 1_000_000, 10
"""How many bytes of a log are all that the gate passes on, and how many times fewer lines then."""
ADDRESSES = Addresses()
"""Those of all servers."""


class EndedSpawner(CheckedSpawner):
    """Keeps how a server has ended, and has its container and its address gone after that."""

    stopped_because = ""
    """A sentence on why the hub stops the server by itself."""

    async def ending(self, *, lines: int = LINES, stopped: bool = False) -> Ending | None:
        """Return how the server has ended; None if its container is gone already.

        Of a server that runs, this has the last `lines` of its log all the same.
        """
        try:
            container = await self.docker("inspect_container", self.container_id)
            log = await self.docker("logs", self.container_id, tail=lines)
            if len(log) >= LONGEST_LOG:  # the gate has cut off its end
                log = await self.docker("logs", self.container_id, tail=lines // FEWER)
        except NotFound:
            return None
        because = self.stopped_because
        return Ending.of(self._log_name, container, log, stopped=stopped, because=because)

    async def stop_object(self) -> None:
        """Stop the container, and keep how it has ended."""
        found = await self.get_object()
        if not found:
            return
        await super().stop_object()
        try:
            if ending := await self.ending(stopped=found["State"]["Running"]):
                KEPT.keep(ending)
        except (APIError, OSError):  # the disk is full, or the log cannot be read
            self.log.exception("How %s has ended is not kept", self._log_name)

    async def run_post_stop_hook(self) -> None:
        """Remove a container that has ended by itself: JupyterHub stops only what runs."""
        if await self.get_object():
            await self.stop_object()
            await self.remove_object()
        ADDRESSES.give_back(self._log_name)

    async def rename(self, old_name: str, new_name: str) -> None:
        """Forget how the server ended, since nobody would find that by its former name."""
        await super().rename(old_name, new_name)
        KEPT.forget(self._log_name)

    def delete_forever(self) -> None:
        """Forget the server of somebody who is deleted: their name may become another's."""
        KEPT.forget(self._log_name)

    async def remove_object(self) -> None:
        """Remove the container; return when the engine has done so, and its name is free.

        Raises `TimeoutError` if that takes too long. A container that still runs is stopped first:
        the hub does not know it, as after a loss of its database.
        """
        if (found := await self.get_object()) and found["State"]["Running"]:
            await self.stop_object()
        await super().remove_object()
        try:
            async with asyncio.timeout(REMOVAL_SECONDS):
                while await self.get_object():
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError as error:
            msg = f"the engine does not remove the container {self.object_name}"
            raise TimeoutError(msg) from error
