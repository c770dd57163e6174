"""People's servers: the directories that they see, and what the engine says against them."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar, TypeVar

from containers import Body, home_mount, shared_mounts
from docker.errors import APIError, NotFound
from host_files import HostFiles
from leasing_spawner import LeasingSpawner
from refusals import (
    ENGINE,
    GATE,
    MISSING,
    NO_IMAGE,
    NO_SOURCE,
    NOT_BUILT,
    NOT_YOURS,
    OTHERS,
    UNGUARDED,
    refusal,
)
from together import named_in

T = TypeVar("T")


class NotebookSpawner(LeasingSpawner):
    """Mounts the directories that a person may see, which have the right owner from the start."""

    taken: ClassVar[set[str]] = set()
    """Directories and volumes that were looked at since the hub started; a look costs 0.3 s."""

    async def start(self) -> tuple[str, int]:
        """Start the server; return its address when it listens."""
        self.doing = "Looking after your files"
        shared = shared_mounts(self.settings.notebook, {g.name for g in self.user.groups})
        try:
            await self.take_shared_volumes(shared)
            self.seen = [*await self.find_home(), *shared]
            return await super().start()
        except APIError as error:
            if str(error.explanation).startswith(GATE):
                if error.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                    raise refusal(UNGUARDED, "firewall") from error
                if error.status_code == HTTPStatus.BAD_GATEWAY:  # the engine's answer is none
                    raise refusal(ENGINE.format(error.explanation), "engine") from error
                raise refusal(NOT_YOURS.format(error.explanation), "hub") from error
            said = str(error.explanation)
            if missing := NO_IMAGE.search(said):  # theirs, or that of the looks
                raise refusal(NOT_BUILT.format(named_in(missing[1])), "image") from error
            _, found, source = said.partition(NO_SOURCE)
            if not found:
                raise refusal(ENGINE.format(said), "engine") from error
            self.taken.discard(source)
            raise refusal(MISSING.format(source)) from error

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
