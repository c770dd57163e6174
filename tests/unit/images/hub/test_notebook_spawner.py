"""What a person reads when the engine, or the gate before it, refuses their server."""

from typing import Any, NoReturn

import pytest
import requests
from docker.errors import APIError, NotFound
from jupyterhub.spawner import SpawnException

from hubconfig.servers import Servers
from tests.unit.images.docker_gate.spawning import profiles, spawner_of, wait

REFUSED = "docker gate: HostConfig.Privileged of a notebook is not as the stack declares it"


def answer(status: int) -> requests.Response:
    found = requests.Response()
    found.status_code = status
    return found


def refusal(explanation: str) -> BaseException:
    """Return what the start of a server ends with, if the engine says so of the container."""

    async def engine(method: str, *_: Any) -> NoReturn:
        if method != "create_container_from_config":
            raise NotFound(method, response=answer(404))
        raise APIError(method, response=answer(403), explanation=explanation)

    async def start(spawner: Any) -> None:
        profiles.apply_options(spawner, {})
        await spawner.start()

    with spawner_of(Servers(), "ada", ()) as spawner:
        spawner.docker, spawner.pull_policy = engine, "skip"
        with pytest.raises(SpawnException) as caught:
            wait(start(spawner))
    return caught.value


def test_what_the_gate_refuses_is_no_fault_of_the_persons():
    found = refusal(REFUSED)
    assert isinstance(found, SpawnException)
    assert found.status_code == 400
    said = str(found.log_message)
    assert "a fault of the hub's configuration, and not yours" in said
    assert said.endswith(REFUSED)


def test_a_directory_that_is_missing_is_named():
    found = refusal("invalid mount: bind source path does not exist: /srv/data")
    assert isinstance(found, SpawnException)
    assert "The directory /srv/data is missing" in str(found.log_message)


def test_anything_else_is_told_in_the_engines_words():
    found = refusal("no space left on device")
    assert isinstance(found, SpawnException)
    assert str(found.log_message).endswith("It says: no space left on device")
