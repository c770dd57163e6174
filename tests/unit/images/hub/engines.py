"""An engine that only remembers containers, and hubs' spawners that ask it, for tests of leases."""

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from typing import Any

import requests
from docker.errors import APIError, NotFound
from sqlalchemy.orm import Session

from hubconfig.servers import Servers
from tests.unit.images.docker_gate.spawning import hub_database, profiles, spawner_in

LABEL = "jupyterhub.gpus"


def answer(status: int) -> requests.Response:
    """Return an answer of the engine's with nothing in it."""
    found = requests.Response()
    found.status_code = status
    return found


class FakeEngine:
    """Remembers the containers that it is asked for, in the order in which they are seen.

    `before` is awaited before it does anything: a test can have something happen in between.
    """

    before: Callable[[str], Any] | None = None

    def __init__(self) -> None:
        self.containers: dict[str, Any] = {}
        self._numbers = count()

    async def docker(self, method: str, *arguments: Any, **_: Any) -> Any:
        """Answer a call of docker-py's APIClient."""
        await asyncio.sleep(0)
        if self.before:
            await self.before(method)
        result = getattr(self, f"_{method}")(*arguments)
        await asyncio.sleep(0)
        return result

    def add(self, name: str, gpus: str, *, state: str = "running", age: float = 60) -> str:
        """Add a container that nobody asked for here; return its id."""
        id_ = f"{next(self._numbers):064x}"
        self.containers[id_] = {
            "Id": id_,
            "Name": name,
            "Created": int(time.time() - age),
            "State": state,
            "Labels": {LABEL: gpus},
        }
        return id_

    def gpus(self, state: str | None = None) -> list[str]:
        """Return what each container leases."""
        found = self.containers.values()
        return [one["Labels"][LABEL] for one in found if state in {None, one["State"]}]

    def _containers(self) -> list[Any]:
        return [dict(one) for one in self.containers.values() if LABEL in one["Labels"]]

    def _create_container_from_config(self, body: Any, name: str) -> Any:
        if any(one["Name"] == name for one in self.containers.values()):
            raise APIError(name, response=answer(409), explanation="the name is in use")
        id_ = self.add(name, "", state="created", age=0)
        self.containers[id_] |= {"Labels": body["Labels"], "Body": body}
        return {"Id": id_}

    def _inspect_container(self, name: str) -> Any:
        for one in self.containers.values():
            if name in {one["Name"], one["Id"]}:
                runs = one["State"] == "running"
                state = {"Running": runs, "ExitCode": 0 if runs else 143, "OOMKilled": False}
                return {"Id": one["Id"], "State": state, "HostConfig": {"Memory": 2**30}}
        raise NotFound(name, response=answer(404))

    def _stop(self, id_: str) -> None:
        self.containers[id_]["State"] = "exited"

    def _logs(self, _: str) -> bytes:
        return b"the end of its log"

    def _remove_container(self, id_: str) -> None:
        del self.containers[id_]


class Hubs:
    """Hubs on one engine; each has a lock and a database of its own, as it is a process."""

    def __init__(self, servers: Servers, engine: FakeEngine) -> None:
        self.servers, self.engine, self._open = servers, engine, ExitStack()
        self._locks: dict[str, asyncio.Lock] = {}
        self._databases: dict[str, Session] = {}

    def __enter__(self) -> "Hubs":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def database(self, hub: str = "hub") -> Session:
        """Return a session of a hub's database."""
        if hub not in self._databases:
            self._databases[hub] = self._open.enter_context(hub_database())
        return self._databases[hub]

    def spawner(self, person: str, hub: str = "hub", groups: tuple[str, ...] = ()) -> Any:
        """Return the spawner of a person's server at one of the hubs."""
        spawner = spawner_in(self.database(hub), self.servers, person, groups)
        spawner.docker, spawner.prefix = self.engine.docker, f"{hub}-notebook"
        spawner.object_name = f"{hub}-notebook-{person}"
        spawner.choosing = self._locks.setdefault(hub, asyncio.Lock())
        spawner.seen = []
        return spawner

    async def start(self, spawner: Any, profile: str = "GPU") -> list[str]:
        """Make a server's container, and have it run; return its GPUs by the engine's names."""
        profiles.apply_options(spawner, {"profile": profile})
        made = await spawner.create_object()
        self.engine.containers[made["Id"]]["State"] = "running"
        gpus: list[str] = spawner.uses["gpus"]
        return gpus
