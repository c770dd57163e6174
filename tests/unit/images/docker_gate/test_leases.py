"""What a hub learns of the GPUs that are leased on the engine, by whatever stack."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import docker
import pytest

from hubconfig.servers import Servers
from tests.gate_modules import engine
from tests.unit.images.docker_gate.gates import LABELS, Place, served
from tests.unit.images.docker_gate.spawning import wait

LEASING = Servers.model_validate(
    {"gpus": {"pool": [0, 1]}, "profiles": [{"name": "GPU", "gpus": 1}, {"name": "Small"}]}
)
PATH = f"/containers/json?all=1&filters={quote(json.dumps({'label': ['jupyterhub.gpus']}))}"
HOLDS = {
    "Id": "b" * 64,
    "Created": 1700000000,
    "State": "running",
    "Labels": {"jupyterhub.gpus": "0,1"},
}
OF_ANOTHER = HOLDS | {
    "Names": ["/other-notebook-ada"],
    "Image": "secret-project",
    "Command": "train --on /srv/secret",
    "Labels": {**LABELS, "jupyterhub.gpus": "0,1", "customer": "canary"},
    "HostConfig": {"NetworkMode": "other"},
    "NetworkSettings": {"Networks": {"other": {"IPAddress": "10.0.0.2"}}},
    "Mounts": [{"Source": "/srv/secret"}],
    "Status": "Up 3 hours",
}
Test = Callable[[Place], Awaitable[None]]


@pytest.fixture
def with_gate(monkeypatch) -> Callable[..., None]:
    """Run a test's asynchronous part with a gate."""

    def run(test: Test, servers: Servers = LEASING) -> None:
        async def whole() -> None:
            async with served(monkeypatch, servers) as place:
                await test(place)

        wait(whole())

    return run


def test_of_a_container_that_leases_little_is_told(with_gate, capfd):
    async def test(place: Place) -> None:
        place.listed = json.dumps([OF_ANOTHER])
        assert await place.ask("GET", PATH) == (200, [HOLDS])
        [(method, path, _)] = place.asked
        assert method == "GET"
        sent = parse_qs(urlsplit(path).query)
        assert {key: json.loads(value) for key, [value] in sent.items()} == {
            "all": 1,
            "filters": {
                "label": ["jupyterhub.gpus"],
                "status": ["created", "running", "paused", "restarting"],
            },
        }

    with_gate(test)
    assert capfd.readouterr().out == ""


def test_what_the_hubs_library_sends_is_understood(with_gate):
    async def test(place: Place) -> None:
        place.listed = json.dumps([OF_ANOTHER])

        def listed() -> Any:
            with docker.APIClient(f"unix://{place.socket}", version="1.41") as client:
                return client.containers(all=True, filters={"label": ["jupyterhub.gpus"]})

        assert await asyncio.to_thread(listed) == [HOLDS]

    with_gate(test)


def filtered(**filters: Any) -> str:
    return f"/containers/json?all=1&filters={quote(json.dumps(filters))}"


WIDER = [
    "/containers/json",
    "/containers/json?",
    "/containers/json?all=1",
    PATH.replace("all=1&", ""),
    PATH.replace("all=1", "all=0"),
    f"{PATH}&size=1",
    f"{PATH}&limit=1",
    f"{PATH}&before=hub",
    f"{PATH}&filters=%7B%7D",
    f"{PATH}&all=1",
    f"{PATH}&Filters=%7B%7D",
    PATH.replace("/json?", "/json/?"),
    filtered(),
    filtered(label=[]),
    filtered(label=["jupyterhub.part"]),
    filtered(label=["jupyterhub.gpus=0"]),
    filtered(label=["jupyterhub.gpus", "pulumi.stack"]),
    filtered(label={"jupyterhub.gpus": True}),
    filtered(label=["jupyterhub.gpus"], status=["exited"]),
    filtered(name=["hub"]),
    PATH.replace(quote('{"label"'), quote('{"label": [], "label"')),
]


@pytest.mark.parametrize("path", WIDER)
def test_no_other_list_is_given(with_gate, path):
    async def test(place: Place) -> None:
        status, answer = await place.ask("GET", path)
        assert (status, place.asked) == (403, [])
        assert answer["message"].startswith("docker gate: ")

    with_gate(test)


@pytest.mark.parametrize("method", ["POST", "DELETE", "HEAD", "PUT"])
def test_the_list_is_only_read(with_gate, method):
    async def test(place: Place) -> None:
        status, _ = await place.ask(method, PATH)
        assert (status, place.asked) == (403, [])

    with_gate(test)


def test_a_stack_that_leases_nothing_is_given_no_list(with_gate):
    async def test(place: Place) -> None:
        status, answer = await place.ask("GET", PATH)
        assert (status, place.asked) == (403, [])
        assert answer == {"message": "docker gate: the hub needs no such request"}

    with_gate(test, Servers.model_validate({"gpus": {"pool": [0], "notebooks": [0]}}))


def test_a_list_without_its_end_is_not_told_as_if_it_were_whole(with_gate, monkeypatch):
    async def test(place: Place) -> None:
        place.listed = json.dumps([OF_ANOTHER] * 3)
        status, answer = await place.ask("GET", PATH)
        assert status == 502
        assert "too many containers have the label jupyterhub.gpus" in answer["message"]

    monkeypatch.setattr(engine, "LARGEST_ANSWER", len(json.dumps(OF_ANOTHER)) * 2)
    with_gate(test)
