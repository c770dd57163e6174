"""Fixtures: a Pulumi engine that only remembers what it was asked for."""

import asyncio
import json
import runpy
from collections.abc import Callable
from typing import Any, NoReturn

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks

from tests.deployment import TERMINAL

CONFIG: dict[str, Any] = {
    "site": {"url": "http://localhost:8000"},
    "network": {"subnet": "172.18.0.0/24"},
    "gitlab": {
        "url": "http://localhost:8929",
        "standin": True,
        "allow": {"groups": ["lab"]},
        "admin_users": ["ada"],
    },
}
"""A whole stack's configuration; tests change one thing of it."""

GENERATED = {
    "gitlab:index/application:Application": {"applicationId": "client", "secret": "canary"},
    "random:index/randomPassword:RandomPassword": {"result": "canary"},
}
"""What the real providers would make up."""

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
    for name in ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", *TERMINAL):
        monkeypatch.delenv(name, raising=False)


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
def declare_program(declare) -> Callable[[dict[str, Any]], Declared]:
    """Run the whole program with a stack's configuration."""

    def run(config: dict[str, Any]) -> Declared:
        def program() -> None:
            pulumi.runtime.set_all_config(
                {
                    f"jupyterhub:{key}" if ":" not in key else key: json.dumps(value)
                    if not isinstance(value, str)
                    else value
                    for key, value in config.items()
                }
            )
            runpy.run_path("__main__.py")

        return declare(program)

    return run
