"""People's containers: they are made as containers.json has them, and watched while they start."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import environment
from addresses import NoAddressError
from containers import USERNAME, Body, Containers, named, server
from ended_spawner import ADDRESSES, EndedSpawner
from jupyterhub import orm
from refusals import ENDED, FULL, SILENT, failure, refusal
from settings import Settings
from together import Uses
from traitlets import Instance

LOOK_SECONDS, STATE_SECONDS = 0.05, 0.5
"""How often a server is asked whether it listens, and the engine whether it still runs."""
SILENT_SECONDS = 240
"""How long a server that runs may take until it listens, as on a busy machine or a slow disk."""
PATIENT_SECONDS = 10
"""After how long the page tells what the server says meanwhile."""


class ServerSpawner(EndedSpawner):
    """Tells at once when a server listens, or why it has ended."""

    settings = Instance(Settings, config=True, help="What settings.json says.")
    containers = Instance(Containers, config=True, help="What containers.json says.")
    body: Body
    """The container that the person's profile asks for."""
    uses: Uses = {}  # noqa: RUF012  # which is never changed
    """What the server uses; empty if an earlier version of this hub has started it."""
    rescue = False
    """Whether the server leaves alone the settings that are in the person's home."""
    seen: list[Body]
    """The mounts of the person's container."""
    doing = ""
    """What the start does now, for the person who waits."""
    began, told = 0.0, 0
    """When the server was started, and after how many seconds the page last told what it says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.name:
            # JupyterHub's own is also that of <user>-<name>, another person; quoted names have no !
            self.oauth_client_id = f"jupyterhub-user-{quote(self.user.name)}!{self.name}"

    async def start(self) -> tuple[str, int]:
        """Start the server; return its address when it listens.

        JupyterHub itself would ask at growing, random intervals (`exponential_backoff`).
        """
        self.doing = "Making your server"
        ip, port = await super().start()
        self.doing, self.began, self.told = "Starting your server", time.monotonic(), 0
        opening = asyncio.ensure_future(until_open(ip, port))
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                while not (await asyncio.wait([opening], timeout=STATE_SECONDS))[0]:
                    if await self.poll() is not None:
                        raise failure(ENDED, self, await self.ending())
                    await self.tell()
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
            if (said := self.doing) != told:
                seconds = int(time.monotonic() - began)
                yield {"progress": min(90, 10 + 2 * seconds), "message": said}
                told = said
            await asyncio.sleep(STATE_SECONDS)

    async def tell(self) -> None:
        """Have the page that waits say what the server does, if that takes long."""
        seconds = int(time.monotonic() - self.began)
        if seconds >= self.told + PATIENT_SECONDS:
            self.told = seconds
            found = await self.ending(lines=1)
            said = found.log.strip() if found else ""
            self.doing = f"Starting your server, for {seconds} s now. It says: {said or 'nothing'}"

    def get_state(self) -> dict[str, Any]:
        """Add what the hub knows of a server that outlives it."""
        state: dict[str, Any] = super().get_state()
        return state | {"uses": self.uses}

    def load_state(self, state: dict[str, Any]) -> None:
        """Take that back."""
        super().load_state(state)
        self.uses = state.get("uses", {})

    def get_env(self) -> dict[str, Any]:
        """Add the site's secrets, and what the image's programs are told."""
        env: dict[str, Any] = super().get_env()
        return environment.SECRETS | env | environment.of(self)

    async def create_object(self) -> Body:
        """Ask the engine for the container, as containers.json has it for the profile.

        DockerSpawner's own request would be made of its settings.
        """
        taken = {ip for (ip,) in self.db.query(orm.Server.ip)}
        try:
            address = ADDRESSES.take(self._log_name, self.settings.addresses, taken)
        except NoAddressError as error:
            raise refusal(FULL, "addresses") from error
        place = {"IPAMConfig": {"IPv4Address": address}}
        own = {"NetworkingConfig": {"EndpointsConfig": {self.settings.network: place}}}
        body = server(self.body, self.get_env(), self.seen, self.own_values() | own)
        made: Body = await self.docker("create_container_from_config", body, self.container_name)
        return made

    def _object_name_default(self) -> str:
        own = f".{self.name}" if self.name else ""  # a dot is in no escaped name
        return named(f"{self.prefix}-{USERNAME}{own}", self.escaped_name)

    def own_values(self) -> Body:
        """Return what the container has besides, by the names of the Engine API."""
        return {}


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
