"""Fixtures: a Pulumi engine that only remembers what it was asked for, and no Docker Engine."""

import asyncio
import json
import runpy
from collections.abc import Callable, Collection
from typing import Any, NoReturn

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks

from hubconfig.host.engine import NotSeenError
from hubconfig.surroundings import CONTRADICTING
from tests.deployment import TERMINAL
from tests.unit.stack_files import by_whole_keys

GENERATED = {
    "gitlab:index/application:Application": {"applicationId": "client", "secret": "canary"},
    "random:index/randomPassword:RandomPassword": {"result": "canary"},
}
"""What the real providers would make up."""
SECRETS = ("gitlab:token", "jupyterhub:gitlabClientSecret")

Declared = dict[str, dict[str, Any]]


class Recorder(Mocks):
    """Stands in for the engine: each resource's outputs are its inputs."""

    def __init__(self) -> None:
        self.inputs: Declared = {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.inputs[args.name] = args.inputs
        return f"{args.name}-id", {**args.inputs, **GENERATED.get(args.typ, {})}

    def call(self, args: MockCallArgs) -> NoReturn:
        raise NotImplementedError(args.token)


@pytest.fixture(scope="session", autouse=True)
def event_loop() -> None:
    """Mocks need a loop, and other tests' `asyncio.run` leaves none.

    One for the session: closing it would end its threads, in which the SDK leaves loops open.
    """
    asyncio.set_event_loop(asyncio.new_event_loop())


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests, for an engine or a terminal."""
    for name in ("DOCKER_HOST", *CONTRADICTING, *TERMINAL):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine answers: what the host has on which tests run is nothing to them."""

    def not_seen(*_: object) -> NoReturn:
        msg = "unit tests have no engine"
        raise NotSeenError(msg)

    monkeypatch.setattr("hubconfig.host.fit.EngineHost", not_seen)


@pytest.fixture
def declare() -> Callable[[Callable[[], object]], Declared]:
    """Run code against mocks; return the inputs it declared, by resource name."""

    def run(code: Callable[[], object]) -> Declared:
        recorder = Recorder()
        pulumi.runtime.set_mocks(recorder, project="jupyterhub", stack="test", preview=False)

        @pulumi.runtime.test
        def until_every_resource_is_registered() -> None:
            code()

        until_every_resource_is_registered()
        return recorder.inputs

    return run


@pytest.fixture
def declare_program(declare) -> Callable[..., Declared]:
    """Run the whole program with a stack's configuration; `secrets` are keys kept secret."""

    def run(config: dict[str, Any], secrets: Collection[str] = ()) -> Declared:
        def program() -> None:
            pulumi.runtime.set_all_config(
                {
                    key: value if isinstance(value, str) else json.dumps(value)
                    for key, value in by_whole_keys(config).items()
                },
                secret_keys=[*SECRETS, *secrets],
            )
            runpy.run_path("__main__.py")

        return declare(program)

    return run


@pytest.fixture
def refusal(declare_program) -> Callable[..., str]:
    """Run the whole program with what it refuses; return what it says, which holds no canary."""

    def run(config: dict[str, Any], secrets: Collection[str] = ()) -> str:
        with pytest.raises(pulumi.RunError) as caught:
            declare_program(config, secrets)
        said = str(caught.value)
        assert "canary" not in said
        return said

    return run
