"""When leases of GPUs end: a server that has had its own for `gpus.hours` is stopped."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from words import counted, when

if TYPE_CHECKING:
    from jupyterhub.app import JupyterHub
    from server_spawner import ServerSpawner

LOOK_SECONDS = 60
"""How long the hub waits between two looks."""
HOUR_SECONDS = 3600
UNSTOPPED: set[Any] = set()
"""The spawners of servers whose stop has failed, and which JupyterHub forgets all the same."""
OVER = "Its lease of GPUs was over, after {}."
"""Why the server has ended, for whose it was."""


@dataclass(frozen=True)
class LeaseEnd:
    """When a server has had its GPUs for `hours`; `at` is in seconds since 1970."""

    at: float
    hours: float

    @classmethod
    def of(cls, spawner: "ServerSpawner") -> "LeaseEnd | None":
        """Return when a server's lease ends; None if it leases nothing, or until it ends itself.

        JupyterHub's database says when it was started, so that this lasts while the hub restarts.
        """
        hours, started = spawner.settings.gpu_hours, spawner.orm_spawner.started
        if not (hours and started and spawner.uses.get("leases")):
            return None
        return cls(started.replace(tzinfo=UTC).timestamp() + hours * HOUR_SECONDS, hours)

    @property
    def is_over(self) -> bool:
        """Whether the server is to be stopped."""
        return time.time() >= self.at

    @property
    def is_near(self) -> bool:
        """Whether people should save what they do."""
        return time.time() >= self.at - HOUR_SECONDS

    @property
    def when(self) -> str:
        """When it ends, for people to read."""
        return when(self.at)

    @property
    def for_programs(self) -> str:
        """When it ends, by ISO 8601 in UTC, such as `2026-01-31T14:20:00Z`."""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.at))


async def follow(hub: "JupyterHub") -> None:
    """Stop servers whose lease is over, for as long as the hub runs."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await look(hub)
        except Exception:  # such as of a hub that takes so long to begin
            hub.log.exception("The hub cannot tell which servers' leases are over")


async def look(hub: "JupyterHub") -> None:
    """Stop the servers whose lease is over now, one after another: others start meanwhile."""
    for spawner in [*UNSTOPPED]:
        await _stop_again(spawner)
    for user in [*hub.users.values()]:
        for name in [*user.spawners]:
            await _stop_if_over(hub, user, name)


async def _stop_again(spawner: "ServerSpawner") -> None:
    """Have a container gone whose server JupyterHub takes for stopped, though that has failed."""
    now = spawner.user.spawners.get(spawner.name)
    try:
        if not (now and now.active):  # a new server has taken the container's place
            await spawner.run_post_stop_hook()
        UNSTOPPED.discard(spawner)
    except Exception:
        spawner.log.exception("The container of a server whose lease is over is still there")


async def _stop_if_over(hub: "JupyterHub", user: Any, name: str) -> None:
    """Stop a server if its lease is over, as JupyterHub's API does: the proxy forgets it first.

    Where that fails, the next look goes on with it, and others' servers are stopped all the same.
    """
    named = f"{user.name}:{name}" if name else user.name
    try:
        spawner = user.spawners[name]
        # One that is being started or stopped, or looked for after a restart, is for the next look.
        if not spawner.ready or not (end := LeaseEnd.of(spawner)) or not end.is_over:
            return
        await hub.proxy.delete_user(user, name)
        if spawner.ready:  # nobody stops it meanwhile
            why = spawner.stopped_because = OVER.format(counted(end.hours, "hour"))
            hub.log.info("Stopping %s. %s", named, why)
            await _stop(user, spawner)
    except Exception:
        hub.log.exception("%s may have to stop, as its lease may be over", named)


async def _stop(user: Any, spawner: "ServerSpawner") -> None:
    try:
        await user.stop(spawner.name)
    except Exception:
        UNSTOPPED.add(spawner)
        raise
