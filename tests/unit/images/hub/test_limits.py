"""How many GPUs the members of groups may lease together."""

import asyncio
from importlib import import_module
from typing import Any

import pytest
from jupyterhub import orm

from hubconfig.servers import Servers
from tests.hub_modules import on_path
from tests.unit.images.docker_gate.spawning import wait
from tests.unit.images.hub.engines import FakeEngine, Hubs

with on_path():
    limits, refusals = import_module("limits"), import_module("refusals")

STUDENTS, GUESTS, ALL = "lab/students", "lab/guests", ("lab", "lab/students")


def limited(to: dict[str, int]) -> Servers:
    profiles = [{"name": "GPU", "gpus": 1}, {"name": "Two", "gpus": 2}, {"name": "Small"}]
    gpus = {"pool": [0, 1, 2, 3], "limits": to}
    return Servers.model_validate({"gpus": gpus, "profiles": profiles})


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


async def refused(hubs: Hubs, spawner: Any, profile: str = "GPU") -> str:
    """Start a server, which is refused; return what its person is told."""
    with pytest.raises(refusals.Refusal) as caught:
        await hubs.start(spawner, profile)
    assert caught.value.reason == "gpus"
    return str(caught.value.jupyterhub_message)


@pytest.mark.parametrize(
    ("most", "leased", "wanted", "said"),
    [
        (2, 0, 1, ""),
        (2, 0, 2, ""),
        (2, 1, 1, ""),
        (2, 2, 1, "Members of lab may have 2 GPUs at a time, and have 2 now."),
        (1, 1, 1, "Members of lab may have 1 GPU at a time, and have 1 now."),
        (2, 3, 1, "Members of lab may have 2 GPUs at a time, and have 3 now."),
        (2, 1, 2, "Members of lab may have 2 GPUs at a time, and have 1 now; this profile needs 2"),
        (1, 0, 2, "Members of lab may have 1 GPU at a time, and have none now; this profile needs"),
        (0, 0, 1, "Members of lab may have no GPU."),
    ],
)
def test_what_a_group_may_have_is_said(most, leased, wanted, said):
    told = limits.Limit("lab", most, leased).why_not(wanted)
    assert told.startswith(said)
    assert bool(told) is bool(said)


def test_members_of_a_group_lease_no_more_together(engine):
    async def test() -> None:
        with Hubs(limited({STUDENTS: 2}), engine) as hubs:
            await hubs.start(hubs.spawner("ada", groups=ALL))
            await hubs.start(hubs.spawner("ben", groups=ALL))
            said = await refused(hubs, hubs.spawner("eve", groups=ALL))
            assert said == "Members of lab/students may have 2 GPUs at a time, and have 2 now."
            await hubs.start(hubs.spawner("eve"), "Small")
            assert await hubs.start(hubs.spawner("joe", groups=("lab",))) == ["2"]
            assert await hubs.start(hubs.spawner("zoe")) == ["3"]

    wait(test())
    assert engine.gpus("created") == [], "who is refused leaves nothing"


def test_of_many_starts_at_once_no_more_get_a_gpu(engine):
    """None of the servers has told JupyterHub yet that it listens."""

    async def test() -> None:
        with Hubs(limited({STUDENTS: 3}), engine) as hubs:
            spawners = [hubs.spawner(f"p{number}", groups=ALL) for number in range(10)]
            got = await asyncio.gather(*map(hubs.start, spawners), return_exceptions=True)
        assert len([each for each in got if isinstance(each, refusals.Refusal)]) == 7

    wait(test())
    assert engine.gpus() == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ((STUDENTS, GUESTS), "Members of lab/guests may have 1 GPU at a time, and have 1 now."),
        ((GUESTS,), "Members of lab/guests may have 1 GPU at a time, and have 1 now."),
        ((STUDENTS,), ""),
    ],
)
def test_each_group_of_a_person_needs_room(engine, groups, said):
    async def test() -> None:
        with Hubs(limited({STUDENTS: 3, GUESTS: 1}), engine) as hubs:
            await hubs.start(hubs.spawner("ada", groups=(GUESTS, STUDENTS)))
            ben = hubs.spawner("ben", groups=groups)
            if said:
                assert await refused(hubs, ben) == said
            else:
                assert await hubs.start(ben) == ["1"]

    wait(test())


def test_what_one_server_leases_counts_in_each_group_of_its_person(engine):
    async def test() -> None:
        with Hubs(limited({STUDENTS: 3, GUESTS: 2}), engine) as hubs:
            await hubs.start(hubs.spawner("ada", groups=(GUESTS, STUDENTS)), "Two")
            assert "have 2 now" in await refused(hubs, hubs.spawner("ben", groups=(GUESTS,)))
            said = await refused(hubs, hubs.spawner("eve", groups=(STUDENTS,)), "Two")
            assert said.endswith("have 2 now; this profile needs 2.")
            await hubs.start(hubs.spawner("eve", groups=(STUDENTS,)))

    wait(test())


@pytest.mark.parametrize("ended", ["removed", "exited"])
def test_a_server_that_has_ended_leaves_room(engine, ended):
    async def test() -> None:
        with Hubs(limited({STUDENTS: 1}), engine) as hubs:
            await hubs.start(hubs.spawner("ada", groups=ALL))
            [held] = engine.containers.values()
            assert "have 1 now" in await refused(hubs, hubs.spawner("ben", groups=ALL))
            if ended == "removed":
                engine.containers.clear()
            held["State"] = ended
            assert await hubs.start(hubs.spawner("ben", groups=ALL)) == ["0"]

    wait(test())


def test_a_hub_that_starts_again_knows_whose_servers_are(engine):
    """What is stored is all that is left of them."""

    async def test() -> None:
        with Hubs(limited({STUDENTS: 1}), engine) as hubs:
            await hubs.start(hubs.spawner("ada", groups=ALL))
            hubs.database().expire_all()
            [stored] = hubs.database().query(orm.Spawner)
            assert stored.state["object_id"] in engine.containers
            assert stored.state["uses"]["gpus"] == ["0"]
            hubs.database().expire_all()
            assert "have 1 now" in await refused(hubs, hubs.spawner("ben", groups=ALL))

    wait(test())


def test_what_other_hubs_lease_counts_for_no_group(engine):
    engine.add("other-notebook-ben", "0,1")

    async def test() -> None:
        with Hubs(limited({STUDENTS: 1}), engine) as hubs:
            assert await hubs.start(hubs.spawner("ada", groups=ALL)) == ["2"]

    wait(test())


def test_who_may_have_none_is_told_so_even_where_all_are_taken(engine):
    engine.add("other-notebook-ben", "0,1,2,3")

    async def test() -> None:
        with Hubs(limited({GUESTS: 0}), engine) as hubs:
            guest = hubs.spawner("ada", groups=(GUESTS,))
            assert await refused(hubs, guest) == "Members of lab/guests may have no GPU."

    wait(test())
