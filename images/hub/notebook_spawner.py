"""People's servers: DockerSpawner, with directories that have the right owner from the start."""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from docker.errors import APIError, NotFound
from dockerspawner import DockerSpawner
from host_files import HostFiles
from jupyterhub.spawner import SpawnException
from notebook_container import home_mount, shared_mounts
from settings import Settings
from traitlets import Instance

REMOVAL_SECONDS = 30
"""How long the engine may take to remove a container that has stopped."""
LOOK_SECONDS = 0.05
T = TypeVar("T")


class NotebookSpawner(DockerSpawner):
    """Mounts the directories that a person may see, and tells at once when the server listens."""

    settings = Instance(Settings, config=True, help="What settings.json says.")

    taken: ClassVar[set[str]] = set()
    """Directories and volumes that were looked at since the hub started; a look costs 0.3 s."""

    async def start(self) -> tuple[str, int]:
        """Start the server; return its address when it listens.

        JupyterHub itself would ask at growing, random intervals (`exponential_backoff`).
        """
        self.mounts = shared_mounts(self.settings.notebook, {g.name for g in self.user.groups})
        try:
            await self.take_shared_volumes()
            self.mounts = [*await self.find_home(), *self.mounts]
            ip, port = await super().start()
        except APIError as error:
            missing = "bind source path does not exist: "
            _, found, source = str(error.explanation).partition(missing)
            if not found:
                raise
            self.taken.discard(source)
            msg = (
                f"The directory {source} is missing on the Docker host. Try again; "
                "if this comes back, ask an administrator to make it."
            )
            raise refusal(msg) from error
        await until_open(ip, port)
        return ip, port

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

    async def find_home(self) -> list[dict[str, Any]]:
        """Return the mounts of the person's own files, once these belong to the notebooks' user."""
        notebook = self.settings.notebook
        mount = home_mount(notebook, self.settings.labels)
        if mount["type"] == "bind":
            directory = self.format_volume_name(mount["source"], self)
            wanted = f"{notebook.uid}:{notebook.gid}"
            if directory not in self.taken:
                self.accept(directory, await self.look(HostFiles.take, directory, wanted), wanted)
        return [mount]

    async def take_shared_volumes(self) -> None:
        """Make the notebooks' user the owner of volumes that the engine has just made."""
        notebook = self.settings.notebook
        wanted = f"{notebook.uid}:{notebook.gid}"
        for mount in self.mounts:
            if mount["type"] != "volume" or mount["read_only"]:
                continue
            made = await self.made(mount["source"])
            if made not in self.taken:
                await self.look(HostFiles.take, mount["source"], wanted)
                self.taken.add(await self.made(mount["source"]))

    async def made(self, volume: str) -> str:
        """Return a text that differs for a volume that was made anew; empty if there is none."""
        try:
            return f"{volume} {(await self.docker('inspect_volume', volume))['CreatedAt']}"
        except NotFound:
            return ""

    def accept(self, directory: str, owner: str, wanted: str) -> None:
        """Refuse a start in a directory of another user; both owners are written `uid:gid`."""
        if owner.partition(":")[0] != wanted.partition(":")[0]:
            msg = (
                f"The directory {directory} on the Docker host belongs to {owner} (uid:gid), but "
                f"your notebooks run as {wanted}. Ask an administrator to run on the host: "
                f"chown -R {wanted} '{directory}'"
            )
            raise refusal(msg)
        self.taken.add(directory)

    async def look(self, method: Callable[..., T], *arguments: str) -> T:
        """Call a method of `HostFiles` without blocking the hub."""
        host = HostFiles(self.settings.notebook.image, self.settings.labels)
        return await asyncio.to_thread(method, host, *arguments)


def refusal(message: str, reason: str = "directory") -> SpawnException:
    """Return an exception that tells the person, and the hub's log, why there is no server."""
    return SpawnException(message, reason=reason)


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
