"""When leases of GPUs end, and what a person learns of it."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace as Some
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from jupyterhub import orm

from hubconfig.servers import Servers
from tests.hub_modules import FOLDER, on_path
from tests.unit.images.docker_gate.spawning import wait
from tests.unit.images.hub.engines import FakeEngine, Hubs

with on_path():
    ended_spawner, endings = import_module("ended_spawner"), import_module("endings")
    lease_ends = import_module("lease_ends")

OWN = [{"name": "GPU", "gpus": 1}, {"name": "Fixed", "gpus": [7]}, {"name": "Small"}]
OVER = "Its lease of GPUs was over, after 24 hours."


def servers(hours: float | None = 24) -> Servers:
    return Servers.model_validate({"gpus": {"pool": [0, 1], "hours": hours}, "profiles": OWN})


class RunningServers:
    """A hub with servers that run for some hours already."""

    def __init__(self, hubs: Hubs, engine: FakeEngine) -> None:
        self.hubs, self.engine = hubs, engine
        self.users: dict[int, Any] = {}
        self.log = logging.getLogger("hub")
        self.proxy = Some(delete_user=self._forget)
        self.forgotten: list[str] = []

    async def start(self, person: str, hours: float, profile: str = "GPU") -> Any:
        """Return a server's spawner, which the hub has started so many hours ago."""
        spawner = self.hubs.spawner(person)
        spawner.remove = True  # as spawner_config.py has it
        spawner.orm_spawner.started = datetime.now(UTC).replace(tzinfo=None) - timedelta(
            hours=hours
        )
        await self.hubs.start(spawner, profile)
        [spawner.object_id] = [
            id_ for id_, one in self.engine.containers.items() if one["Name"].endswith(person)
        ]
        spawner.server = Some(orm_server=orm.Server(ip="172.18.0.129", port=8888))
        spawner.user.db.commit()
        self.users[len(self.users)] = spawner.user
        return spawner

    @property
    def names(self) -> list[str]:
        """The people whose containers are still there."""
        return [one["Name"].rpartition("-")[2] for one in self.engine.containers.values()]

    async def _forget(self, user: Any, name: str) -> None:
        assert name in user.spawners
        self.forgotten.append(user.name)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def hub(engine: FakeEngine) -> Iterator[RunningServers]:
    with Hubs(servers(), engine) as hubs:
        yield RunningServers(hubs, engine)


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    found = endings.Endings(tmp_path / "endings")
    monkeypatch.setattr(ended_spawner, "KEPT", found)
    return found


def test_a_server_is_stopped_when_its_lease_is_over_and_others_are_not(hub, kept, caplog):
    async def test() -> None:
        await hub.start("ada", 24.01)
        await hub.start("ben", 23.99)
        await hub.start("eva", 100, "Fixed")
        await hub.start("joe", 100, "Small")
        with caplog.at_level(logging.INFO, "hub"):
            await lease_ends.look(hub)

    wait(test())
    assert (hub.forgotten, hub.names) == (["ada"], ["ben", "eva", "joe"])
    assert f"Stopping ada. {OVER}" in caplog.messages
    assert (kept.of("ada").why, kept.of("ben")) == (OVER, None)
    [ada, *_] = hub.users.values()
    assert not ada.active
    assert ada.orm_user.orm_spawners[""].started is None


def test_a_hub_that_starts_again_knows_who_leases(hub):
    async def test() -> None:
        spawner = await hub.start("ada", 25)
        state, spawner.uses = spawner.get_state(), {}
        await lease_ends.look(hub)
        assert hub.names == ["ada"], "what an earlier version has started"
        spawner.load_state(state)
        await lease_ends.look(hub)
        assert hub.names == []

    wait(test())


@pytest.mark.parametrize("pending", ["_spawn_pending", "_stop_pending", "_check_pending"])
def test_who_starts_or_stops_is_left_alone(hub, pending):
    async def test() -> None:
        spawner = await hub.start("ada", 25)
        setattr(spawner, pending, True)
        await lease_ends.look(hub)
        assert (hub.forgotten, hub.names) == ([], ["ada"])

    wait(test())


def test_who_stops_it_meanwhile_is_who_has_stopped_it(hub):
    async def test() -> None:
        spawner = await hub.start("ada", 25)

        async def forget(*_: Any) -> None:
            spawner._stop_pending = True

        hub.proxy.delete_user = forget
        await lease_ends.look(hub)
        assert (hub.names, spawner.stopped_because) == (["ada"], "")

    wait(test())


def test_a_server_that_cannot_be_stopped_keeps_no_other_from_that(hub, caplog):
    async def test() -> None:
        await hub.start("ada", 25)
        await hub.start("ben", 25)
        tells = hub.proxy.delete_user

        async def forget(user: Any, name: str) -> None:
            if user.name == "ada":
                raise ConnectionRefusedError
            await tells(user, name)

        hub.proxy.delete_user = forget
        await lease_ends.look(hub)
        assert hub.names == ["ada"]
        hub.proxy.delete_user = tells
        await lease_ends.look(hub)
        assert hub.names == []

    wait(test())
    [record] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.message == "ada may have to stop, as its lease may be over"


def test_a_container_that_the_engine_would_not_stop_is_gone_with_the_next_look(hub, monkeypatch):
    async def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    async def test() -> None:
        spawner = await hub.start("ada", 25)
        with monkeypatch.context() as patch:
            patch.setattr(type(spawner), "stop", refuse)
            patch.setattr(type(spawner), "run_post_stop_hook", refuse)
            await lease_ends.look(hub)
            assert hub.names == ["ada"]
            await lease_ends.look(hub)
        assert hub.names == ["ada"]
        await lease_ends.look(hub)
        assert (hub.names, lease_ends.UNSTOPPED) == ([], set())

    wait(test())


def test_the_hub_looks_again_whatever_happens(monkeypatch):
    looks = 0

    async def look(_: Any) -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise AssertionError

    async def test() -> None:
        following = asyncio.create_task(lease_ends.follow(Some(log=logging.getLogger("hub"))))
        async with asyncio.timeout(5):
            while looks < 3:
                await asyncio.sleep(0)
        following.cancel()

    monkeypatch.setattr(lease_ends, "LOOK_SECONDS", 0)
    monkeypatch.setattr(lease_ends, "look", look)
    wait(test())


@pytest.mark.parametrize(
    ("hours", "since", "near", "over"),
    [(24, 22.99, False, False), (24, 23.01, True, False), (24, 24.01, True, True)],
)
def test_people_are_warned_in_the_last_hour(engine, hours, since, near, over):
    async def test() -> None:
        with Hubs(servers(hours), engine) as hubs:
            spawner = await RunningServers(hubs, engine).start("ada", since)
            end = lease_ends.LeaseEnd.of(spawner)
            assert (end.is_near, end.is_over) == (near, over)

    wait(test())


@pytest.mark.parametrize(
    ("hours", "profile", "said"),
    [
        (1.5, "GPU", {"JUPYTERHUB_GPUS_UNTIL": "2026-01-31T15:30:00Z"}),
        (None, "GPU", {}),
        (1.5, "Fixed", {}),
        (1.5, "Small", {}),
    ],
)
def test_a_server_is_told_until_when_it_has_its_gpus(engine, hours, profile, said):
    with Hubs(servers(hours), engine) as hubs:
        spawner = hubs.spawner("ada")
        spawner.orm_spawner.started = datetime(2026, 1, 31, 14)  # as JupyterHub has it
        wait(hubs.start(spawner, profile))
        [container] = engine.containers.values()
    variables = dict(each.split("=", 1) for each in container["Body"]["Env"])
    found = {key: value for key, value in variables.items() if key == "JUPYTERHUB_GPUS_UNTIL"}
    assert found == said


@pytest.mark.parametrize(("because", "said"), [(OVER, True), ("", False)])
def test_the_page_without_a_server_says_that_its_lease_was_over(because, said):
    pages = ChoiceLoader(
        [
            FileSystemLoader(FOLDER / "templates"),
            DictLoader({"templates/not_running.html": "{% block message %}{% endblock message %}"}),
        ]
    )
    ending = endings.Ending("ada", 0, 143, False, 512, True, "its log", because)
    page = Environment(loader=pages, autoescape=True).get_template("not_running.html")
    html = page.render(user=Some(name="ada"), server_name="", ending_of={"ada": ending}.get)
    assert (f"The last one ended at 1970-01-01 00:00 UTC. {OVER}" in html) is said
