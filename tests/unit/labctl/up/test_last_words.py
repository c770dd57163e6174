"""What is told of a container that an update waited for in vain."""

import json
from types import SimpleNamespace

import pytest

from hubconfig.sections.docker import DockerArgs
from labctl import client
from labctl.stack import StackError
from labctl.up import last_words as module
from labctl.up.last_words import last_words

LOG = "starting\nTraceback\nKeyError: 'site_url'\napi_token=canary\n"


def found(restarts=0, **state):
    whole = {"Running": False, "Restarting": False, "ExitCode": 0, "OOMKilled": False} | state
    return {"State": whole, "RestartCount": restarts}


@pytest.fixture
def engine(monkeypatch):
    """Answer docker commands for containers that are so."""

    def has(state):
        def docker(section, command, *arguments, **_):
            assert section.host == "ssh://lab"
            assert arguments[-1] == "lab-hub"
            if state is None:
                msg = "docker inspect says no such container"
                raise StackError(msg)
            return json.dumps(state) if command == "inspect" else LOG

        monkeypatch.setattr(client, "docker", docker)

    config = SimpleNamespace(docker=DockerArgs(host="ssh://lab"))
    monkeypatch.setattr(module, "configuration", lambda _: config)
    return has


@pytest.mark.parametrize(
    ("state", "condition"),
    [
        (found(ExitCode=1), "has ended with exit code 1;"),
        (
            found(9, Running=True, Restarting=True, ExitCode=1),
            "has ended with exit code 1, and was started again 9 times;",
        ),
        (found(ExitCode=137, OOMKilled=True), "has ended with exit code 137, out of memory;"),
        (found(Running=True, Health={"Status": "unhealthy"}), "runs, is unhealthy;"),
        (found(Running=True), "runs, has no health check;"),
    ],
)
def test_a_container_s_condition_and_the_end_of_its_log_are_told(engine, state, condition):
    engine(state)
    told = last_words("lab-hub", "lab")
    assert told[0] == f"lab-hub {condition} its log ends:"
    assert told[1:] == ["starting", "Traceback", "KeyError: 'site_url'", "api_token=[secret]"]


def test_a_container_that_cannot_be_seen_has_none(engine):
    engine(None)
    assert last_words("lab-hub", "lab") == []
