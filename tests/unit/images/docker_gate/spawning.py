"""What the hub's own spawners ask the engine for, without an engine."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from jupyterhub import orm
from jupyterhub.objects import Hub
from jupyterhub.user import User
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from traitlets.config import Config

from hubconfig.servers import Servers
from tests.hub_modules import STACK, asked_for, containers, on_path, settings_of

with on_path():
    host_files: Any = import_module("host_files")
    account_spawner: Any = import_module("account_spawner")
    notebook_spawner: Any = import_module("notebook_spawner")
    profiles: Any = import_module("profiles")

HOME_OWNER = "1000:100"
ACCOUNTS = """root:x:0:0:root:/root:/bin/bash
{name}:x:1000:1000::/home/{name}:/bin/bash
docker:x:998:{name}
root:x:0:{name}"""
Request = tuple[str | None, Any]
"""The name and the body of a request to make a container."""


def requests(servers: Servers, name: str, groups: tuple[str, ...] = ()) -> list[Request]:
    """Return what is asked for to start servers of a person, one of each profile."""
    asked: list[Request] = []

    def look(body: Any) -> str:
        asked.append((None, body))
        owns = servers.notebook.system_users and body["Cmd"][0] == "cat"
        return ACCOUNTS.format(name=name) if owns else HOME_OWNER

    async def engine(method: str, *arguments: Any, **_: Any) -> Any:
        assert method in {"containers", "create_container_from_config", "inspect_volume"}
        if method == "containers":
            return []
        if method == "inspect_volume":
            return {"CreatedAt": "now"}
        body, container = arguments
        asked.append((container, body))
        return {"Id": "id"}

    async def start(spawner: Any, profile: str) -> None:
        profiles.apply_options(spawner, {"profile": profile} if profile else {})
        shared = containers.shared_mounts(spawner.settings.notebook, set(groups))
        await spawner.take_shared_volumes(shared)
        spawner.seen = [*await spawner.find_home(), *shared]
        await spawner.create_object()

    for profile in servers.profiles or (None,):
        with pytest.MonkeyPatch.context() as patch, spawner_of(servers, name, groups) as spawner:
            spawner.docker, spawner.taken = engine, set()
            patch.setattr(host_files, "_output", look)
            wait(start(spawner, profile.name if profile else ""))
    return asked


def wait(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to its end what is asynchronous; `asyncio.run` would take the session's loop away."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


@contextmanager
def hub_database() -> Iterator[Session]:
    """Yield a session of a hub's database, which has nothing in it."""
    database = create_engine("sqlite://")
    orm.Base.metadata.create_all(database)
    session = Session(database, expire_on_commit=False)
    yield session
    session.close()
    database.dispose()


@contextmanager
def spawner_of(servers: Servers, name: str, groups: tuple[str, ...]) -> Iterator[Any]:
    """Yield a spawner as images/hub/spawner_config.py configures it."""
    with hub_database() as session:
        yield spawner_in(session, servers, name, groups)


def spawner_in(session: Session, servers: Servers, name: str, groups: tuple[str, ...]) -> Any:
    """Return such a spawner of a person whom the hub's database has not, or has by then."""
    asked, told = asked_for(servers), settings_of(servers)
    config = Config()
    config.ServerSpawner.settings = told
    config.ServerSpawner.containers = containers.Containers(
        {each["profile"]: each["container"] for each in asked["servers"]}, asked["looks"]
    )
    config.DockerSpawner.prefix = told.notebook.name_prefix
    config.DockerSpawner.network_name = STACK.network
    config.DockerSpawner.notebook_dir = told.notebook.directory
    accounts = servers.notebook.system_users
    kind = account_spawner.AccountSpawner if accounts else notebook_spawner.NotebookSpawner
    person = session.query(orm.User).filter_by(name=name).first() or orm.User(name=name)
    session.add(person)
    person.groups = [
        session.query(orm.Group).filter_by(name=group).first() or orm.Group(name=group)
        for group in groups
    ]
    session.commit()
    hub = Hub(ip="0.0.0.0", port=8081, base_url="/hub/", connect_url="http://172.18.0.2:8081/hub/")  # noqa: S104
    user = User(person, {"spawner_class": kind, "config": config, "hub": hub}, session)
    spawner = user.spawner
    spawner.api_token, spawner.oauth_client_id = "token", "jupyterhub-user-x"
    return spawner
