"""Which GPUs servers lease, whatever happens to others meanwhile."""

import asyncio
from collections import Counter
from importlib import import_module
from typing import Any

import pytest

from hubconfig.servers import Servers
from tests.hub_modules import on_path
from tests.unit.images.docker_gate.spawning import wait
from tests.unit.images.hub.engines import FakeEngine, Hubs

with on_path():
    leases, leasing_spawner = import_module("leases"), import_module("leasing_spawner")
    refusals = import_module("refusals")


def leasing(number: int = 1, pool: Any = (0, 1, 2, 3), **gpus: Any) -> Servers:
    own = [{"name": "GPU", "gpus": number}, {"name": "Small"}]
    return Servers.model_validate({"gpus": {"pool": pool, **gpus}, "profiles": own})


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch):
    # Within a millisecond, to which the loop's clock rounds, they would meet each time.
    monkeypatch.setattr(leasing_spawner, "APART_SECONDS", 0.02)


def test_the_least_used_come_first_and_then_the_first_of_the_pool(engine):
    async def test() -> None:
        servers = leasing(pool=[2, 0, 1], people_per_gpu=2)
        with Hubs(servers, engine) as hubs:
            got = [await hubs.start(hubs.spawner(f"p{number}")) for number in range(5)]
            assert got == [["2"], ["0"], ["1"], ["2"], ["0"]]

    wait(test())


@pytest.mark.parametrize(
    ("mode", "names"), [("nvidia", ["0", "1"]), ("cdi", ["nvidia.com/gpu=0", "nvidia.com/gpu=1"])]
)
def test_a_lease_is_the_request_and_the_label(engine, mode, names):
    async def test() -> None:
        with Hubs(leasing(2, mode=mode), engine) as hubs:
            assert await hubs.start(hubs.spawner("ada")) == names

    wait(test())
    [container] = engine.containers.values()
    [request] = container["Body"]["HostConfig"]["DeviceRequests"]
    assert request["DeviceIDs"] == names
    assert container["Labels"]["jupyterhub.gpus"] == "0,1"


@pytest.mark.parametrize(("people", "places"), [(1, 4), (3, 12)])
def test_of_many_starts_at_once_as_many_get_a_gpu_as_there_are(engine, people, places):
    async def test() -> None:
        with Hubs(leasing(people_per_gpu=people), engine) as hubs:
            starts = [hubs.start(hubs.spawner(f"p{number}")) for number in range(20)]
            got = await asyncio.gather(*starts, return_exceptions=True)
        refused = [each for each in got if isinstance(each, refusals.Refusal)]
        assert len(refused) == 20 - places
        assert {str(each.log_message) for each in refused} == {
            "All 4 GPUs are taken; this profile needs 1. Stop a server, or try again later."
        }
        assert {each.reason for each in refused} == {"gpus"}

    wait(test())
    assert Counter(engine.gpus("running")) == dict.fromkeys("0123", people)
    assert engine.gpus("created") == [], "who is refused leaves nothing"


@pytest.mark.parametrize(
    ("pool", "held", "number", "said"),
    [
        ([0], ["0"], 1, "The only GPU is taken; this profile needs 1."),
        ([0, 1], ["0"], 2, "Only 1 of 2 GPUs is free; this profile needs 2."),
        ([0, 1, 2, 3], ["0"], 4, "Only 3 of 4 GPUs are free; this profile needs 4."),
        ([0, 1], ["0,1"], 1, "All 2 GPUs are taken; this profile needs 1."),
    ],
)
def test_who_cannot_have_as_many_is_told_so(engine, pool, held, number, said):
    for gpus in held:
        engine.add("other-notebook-ben", gpus)

    async def test() -> None:
        with Hubs(leasing(number, pool), engine) as hubs, pytest.raises(refusals.Refusal) as caught:
            await hubs.start(hubs.spawner("ada"))
        assert caught.value.jupyterhub_message.startswith(said)

    wait(test())


@pytest.mark.parametrize(
    ("state", "age", "holds"),
    [
        ("running", 100_000, True),
        ("paused", 100_000, True),
        ("restarting", 100_000, True),
        ("created", 200, True),
        ("created", 400, False),
        ("exited", 10, False),
        ("dead", 10, False),
        ("removing", 10, False),
    ],
)
def test_which_containers_hold_what_they_lease(engine, state, age, holds):
    engine.add("other-notebook-ben", "0", state=state, age=age)

    async def test() -> None:
        with Hubs(leasing(pool=[0, 1]), engine) as hubs:
            assert await hubs.start(hubs.spawner("ada")) == ["1" if holds else "0"]

    wait(test())


def test_a_container_that_is_killed_behind_the_hub_frees_its_gpu(engine):
    async def test() -> None:
        with Hubs(leasing(pool=[0]), engine) as hubs:
            await hubs.start(hubs.spawner("ada"))
            [held] = engine.containers.values()
            with pytest.raises(refusals.Refusal):
                await hubs.start(hubs.spawner("ben"))
            held["State"] = "exited"
            assert await hubs.start(hubs.spawner("ben")) == ["0"]

    wait(test())


def test_a_hub_that_knows_nothing_any_more_reads_what_is_leased(engine):
    async def test() -> None:
        with Hubs(leasing(), engine) as hubs:
            await hubs.start(hubs.spawner("ada"))
        with Hubs(leasing(), engine) as hubs:
            assert await hubs.start(hubs.spawner("ben")) == ["1"]

    wait(test())


def test_a_pool_that_shrinks_counts_what_it_still_has(engine):
    async def test() -> None:
        with Hubs(leasing(2), engine) as hubs:
            await hubs.start(hubs.spawner("ada"))
        with Hubs(leasing(1, [1, 3]), engine) as hubs:
            assert await hubs.start(hubs.spawner("ben")) == ["3"]
            with pytest.raises(refusals.Refusal, match="All 2 GPUs are taken"):
                await hubs.start(hubs.spawner("eve"))

    wait(test())


@pytest.mark.parametrize("failing", ["containers", "create_container_from_config"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_start_that_fails_half_way_keeps_nothing_from_others(engine, failing, nth):
    async def test() -> None:
        calls = 0

        async def before(method: str) -> None:
            nonlocal calls
            calls += method == failing
            if method == failing and calls == nth:
                raise ConnectionResetError(method)

        with Hubs(leasing(pool=[0, 1]), engine) as hubs:
            starting = [hubs.spawner(f"p{number}") for number in range(2)]
            engine.before = before
            got = await asyncio.gather(*map(hubs.start, starting), return_exceptions=True)
            assert [type(each) for each in got].count(ConnectionResetError) == 1
            for spawner, each in zip(starting, got, strict=True):
                if isinstance(each, ConnectionResetError) and await spawner.get_object():
                    await spawner.remove_object()  # as JupyterHub has a failed start stopped
            await hubs.start(hubs.spawner("eve"))
            assert Counter(engine.gpus()) == {"0": 1, "1": 1}

    wait(test())


def test_a_start_that_is_cancelled_lets_others_choose(engine):
    async def test() -> None:
        with Hubs(leasing(), engine) as hubs:
            first = asyncio.create_task(hubs.start(hubs.spawner("ada")))
            await asyncio.sleep(0)
            second = asyncio.create_task(hubs.start(hubs.spawner("ben")))
            await asyncio.sleep(0)
            first.cancel()
            assert await asyncio.wait_for(second, 5) == ["0"]

    wait(test())


@pytest.mark.parametrize("hubs_number", [2, 3])
@pytest.mark.parametrize("people", [1, 2])
def test_hubs_that_choose_at_once_give_no_gpu_to_too_many(engine, hubs_number, people):
    async def test() -> None:
        servers = leasing(people_per_gpu=people)
        with Hubs(servers, engine) as hubs:
            starts = [
                hubs.start(hubs.spawner(f"p{number}", hub=f"hub{hub}"))
                for number in range(8)
                for hub in range(hubs_number)
            ]
            await asyncio.gather(*starts, return_exceptions=True)
        used = Counter(engine.gpus())
        assert max(used.values()) == people, used
        assert engine.gpus("created") == []

    wait(test())


@pytest.mark.parametrize("seen_first", ["one", "other"])
def test_who_is_seen_last_goes_whenever_the_engine_says_it_was_made(engine, seen_first):
    """The engine stamps a container before it shows it, and its clock counts whole seconds."""

    async def test() -> None:
        with Hubs(leasing(pool=[0, 1]), engine) as hubs:
            met: list[str] = []

            async def before(method: str) -> None:
                if method == "create_container_from_config" and not met:
                    age = 2 if seen_first == "one" else -2
                    met.append(engine.add("other-notebook-ben", "0", age=age))

            engine.before = before
            assert await hubs.start(hubs.spawner("ada")) == ["1"]
        assert engine.gpus() == ["0", "1"]

    wait(test())


def test_hubs_that_meet_each_time_give_up_in_words(engine):
    async def test() -> None:
        with Hubs(leasing(pool=[0]), engine) as hubs:
            other: list[str] = []

            async def before(method: str) -> None:
                if method == "create_container_from_config":
                    other.append(engine.add("other-notebook-ben", "0"))
                if method == "remove_container":
                    del engine.containers[other.pop()]

            engine.before = before
            with pytest.raises(refusals.Refusal, match="Another hub of this host has taken"):
                await hubs.start(hubs.spawner("ada"))
        assert engine.containers == {}

    wait(test())


def test_who_leases_nothing_waits_for_nobody(engine):
    async def test() -> None:
        with Hubs(leasing(), engine) as hubs:
            spawner = hubs.spawner("ada")
            async with spawner.choosing:
                assert await asyncio.wait_for(hubs.start(spawner, "Small"), 5) == []
        [container] = engine.containers.values()
        assert "jupyterhub.gpus" not in container["Labels"]

    wait(test())


def test_a_server_leases_anew_at_each_start(engine):
    async def test() -> None:
        with Hubs(leasing(), engine) as hubs:
            spawner = hubs.spawner("ada")
            for held, expected in (("3", "0"), ("0", "1"), ("0,1", "2")):
                engine.containers.clear()
                engine.add("other-notebook-ben", held)
                assert await hubs.start(spawner) == [expected]

    wait(test())


def test_whose_a_lease_is_is_stored_before_the_server_listens(engine):
    async def test() -> None:
        with Hubs(leasing(), engine) as hubs:
            await hubs.start(hubs.spawner("ada"))
            hubs.database().expire_all()
            [container] = engine.containers
            lease = leases.Lease(container, 0, frozenset())
            assert leases.holders(hubs.database(), [lease])[container].name == "ada"
            assert leases.holders(hubs.database(), []) == {}

    wait(test())
