"""People's servers: DockerSpawner, with directories that have the right owner from the start."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar, TypeVar

from containers import Body, Containers, home_mount, server, shared_mounts
from docker.errors import APIError, NotFound
from dockerspawner import DockerSpawner
from host_files import HostFiles
from refusals import GATE, MISSING, NO_SOURCE, NOT_YOURS, OTHERS, UNGUARDED, refusal
from settings import Settings
from traitlets import Instance

REMOVAL_SECONDS = 30
"""How long the engine may take to remove a container that has stopped."""
LOOK_SECONDS = 0.05
T = TypeVar("T")


class NotebookSpawner(DockerSpawner):
    """Mounts the directories that a person may see, and tells at once when the server listens."""

    settings = Instance(Settings, config=True, help="What settings.json says.")
    containers = Instance(Containers, config=True, help="What containers.json says.")
    body: Body
    """The container that the person's profile asks for."""
    seen: list[Body]
    """The mounts of the person's container."""

    taken: ClassVar[set[str]] = set()
    """Directories and volumes that were looked at since the hub started; a look costs 0.3 s."""

    async def start(self) -> tuple[str, int]:
        """Start the server; return its address when it listens.

        JupyterHub itself would ask at growing, random intervals (`exponential_backoff`).
        """
        shared = shared_mounts(self.settings.notebook, {g.name for g in self.user.groups})
        try:
            await self.take_shared_volumes(shared)
            self.seen = [*await self.find_home(), *shared]
            ip, port = await super().start()
        except APIError as error:
            if str(error.explanation).startswith(GATE):
                if error.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                    raise refusal(UNGUARDED, "firewall") from error
                raise refusal(NOT_YOURS.format(error.explanation), "hub") from error
            _, found, source = str(error.explanation).partition(NO_SOURCE)
            if not found:
                raise
            self.taken.discard(source)
            raise refusal(MISSING.format(source)) from error
        await until_open(ip, port)
        return ip, port

    async def create_object(self) -> Body:
        """Ask the engine for the container, as containers.json has it for the profile.

        DockerSpawner's own request would be made of its settings.
        """
        body = server(self.body, self.get_env(), self.seen, self.own_values())
        made: Body = await self.docker("create_container_from_config", body, self.container_name)
        return made

    def own_values(self) -> Body:
        """Return what the container has besides, by the names of the Engine API."""
        return {}

    async def remove_object(self) -> None:
        """Remove the container; return when the engine has done so, and its name is free.

        Raises `TimeoutError` if that takes too long. The container is stopped first: a server that
        the hub does not know, as after a loss of its database, still runs.
        """
        await self.stop_object()
        await super().remove_object()
        try:
            async with asyncio.timeout(REMOVAL_SECONDS):
                while await self.get_object():
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError as error:
            msg = f"the engine does not remove the container {self.object_name}"
            raise TimeoutError(msg) from error

    async def find_home(self) -> list[Body]:
        """Return the mounts of the person's own files, once these belong to the notebooks' user."""
        notebook = self.settings.notebook
        mount = home_mount(notebook, self.settings.labels, self.escaped_name)
        if mount["Type"] == "bind" and mount["Source"] not in self.taken:
            owner = await self.look(HostFiles.take, mount["Source"])
            self.accept(mount["Source"], owner, f"{notebook.uid}:{notebook.gid}")
        return [mount]

    async def take_shared_volumes(self, mounts: list[Body]) -> None:
        """Make the notebooks' user the owner of volumes that the engine has just made."""
        for mount in mounts:
            if mount["Type"] != "volume" or mount["ReadOnly"]:
                continue
            made = await self.made(mount["Source"])
            if made not in self.taken:
                await self.look(HostFiles.take, mount["Source"])
                self.taken.add(await self.made(mount["Source"]))

    async def made(self, volume: str) -> str:
        """Return a text that differs for a volume that was made anew; empty if there is none."""
        try:
            return f"{volume} {(await self.docker('inspect_volume', volume))['CreatedAt']}"
        except NotFound:
            return ""

    def accept(self, directory: str, owner: str, wanted: str) -> None:
        """Refuse a start in a directory of another user; both owners are written `uid:gid`."""
        if owner.partition(":")[0] != wanted.partition(":")[0]:
            raise refusal(OTHERS.format(directory=directory, owner=owner, wanted=wanted))
        self.taken.add(directory)

    async def look(self, method: Callable[..., T], *arguments: str) -> T:
        """Call a method of `HostFiles` without blocking the hub."""
        host = HostFiles(self.containers.looks)
        return await asyncio.to_thread(method, host, *arguments)


async def until_open(ip: str, port: int) -> None:
    """Wait while the server refuses connections; `Spawner.start_timeout` limits it."""
    while True:
        try:
            _, writer = await asyncio.open_connection(ip, port)
        except ConnectionRefusedError:
            await asyncio.sleep(LOOK_SECONDS)
        except OSError:  # the container has ended: JupyterHub finds that out, and says it
            return
        else:
            writer.close()
            return
