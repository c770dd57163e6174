"""People's containers: they are made as containers.json has them, and watched until they end."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from containers import USERNAME, Body, Containers, named, server
from docker.errors import NotFound
from dockerspawner import DockerSpawner
from endings import KEPT, LINES, Ending
from refusals import ENDED, SILENT, failure
from settings import Settings
from traitlets import Instance

REMOVAL_SECONDS = 30
"""How long the engine may take to remove a container that has stopped."""
LOOK_SECONDS, STATE_SECONDS = 0.05, 0.5
"""How often a server is asked whether it listens, and the engine whether it still runs."""
SILENT_SECONDS = 240
"""How long a server that runs may take until it listens, as on a busy machine or a slow disk."""
PATIENT_SECONDS = 10
"""After how long the page tells what the server says meanwhile."""


class ServerSpawner(DockerSpawner):
    """Tells at once when a server listens, or why it has ended."""

    settings = Instance(Settings, config=True, help="What settings.json says.")
    containers = Instance(Containers, config=True, help="What containers.json says.")
    body: Body
    """The container that the person's profile asks for."""
    rescue = False
    """Whether the server leaves alone the settings that are in the person's home."""
    seen: list[Body]
    """The mounts of the person's container."""
    doing = ""
    """What the start does now, for the person who waits."""

    async def start(self) -> tuple[str, int]:
        """Start the server; return its address when it listens.

        JupyterHub itself would ask at growing, random intervals (`exponential_backoff`).
        """
        self.doing = "Making your server"
        ip, port = await super().start()
        self.doing = "Starting your server"
        opening = asyncio.ensure_future(until_open(ip, port))
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                while not (await asyncio.wait([opening], timeout=STATE_SECONDS))[0]:
                    if await self.poll() is not None:
                        raise failure(ENDED, self, await self.ending())
        except TimeoutError as error:
            why = SILENT.format(seconds=SILENT_SECONDS)
            raise failure(why, self, await self.ending()) from error
        finally:
            opening.cancel()
        return ip, port

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """Yield what a start does, whenever that changes."""
        began, told = time.monotonic(), ""
        while True:
            said, seconds = self.doing, int(time.monotonic() - began)
            if seconds >= PATIENT_SECONDS and self.object_id:
                found = await self.ending()
                last = (found.log.strip() if found else "").rpartition("\n")[2]
                said = f"{said}, for {seconds} s now. It says: {last or 'nothing yet'}"
            if said != told:
                yield {"progress": min(90, 10 + 2 * seconds), "message": said}
                told = said
            await asyncio.sleep(STATE_SECONDS if seconds < PATIENT_SECONDS else PATIENT_SECONDS)

    def get_env(self) -> dict[str, Any]:
        """Add what start-singleuser.sh is told besides."""
        env: dict[str, Any] = super().get_env()
        return env | ({"JUPYTERHUB_RESCUE": "1"} if self.rescue else {})

    async def create_object(self) -> Body:
        """Ask the engine for the container, as containers.json has it for the profile.

        DockerSpawner's own request would be made of its settings.
        """
        body = server(self.body, self.get_env(), self.seen, self.own_values())
        made: Body = await self.docker("create_container_from_config", body, self.container_name)
        return made

    def _object_name_default(self) -> str:
        return named(f"{self.prefix}-{USERNAME}", self.escaped_name)

    def own_values(self) -> Body:
        """Return what the container has besides, by the names of the Engine API."""
        return {}

    async def ending(self, *, stopped: bool = False) -> Ending | None:
        """Return how the server has ended; None if its container is gone already."""
        try:
            container = await self.docker("inspect_container", self.container_id)
            log = await self.docker("logs", self.container_id, tail=LINES)
        except NotFound:
            return None
        return Ending.of(self._log_name, container, log, stopped=stopped)

    async def stop_object(self) -> None:
        """Stop the container, and keep how it has ended."""
        found = await self.get_object()
        if not found:
            return
        await super().stop_object()
        if ending := await self.ending(stopped=found["State"]["Running"]):
            KEPT.keep(ending)

    async def run_post_stop_hook(self) -> None:
        """Remove a container that has ended by itself: JupyterHub stops only what runs."""
        if await self.get_object():
            await self.stop_object()
            await self.remove_object()

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


async def until_open(ip: str, port: int) -> None:
    """Wait until a server listens."""
    while True:
        try:
            _, writer = await asyncio.open_connection(ip, port)
        except OSError:  # it refuses, or there is nobody any more, which others find out
            await asyncio.sleep(LOOK_SECONDS)
        else:
            writer.close()
            return
