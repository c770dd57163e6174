"""Fixtures: the host of an engine of a test's own making."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from hubconfig.configuration import Configuration
from hubconfig.host.fit import Host
from hubconfig.host.machine import Route
from hubconfig.stack import Stack
from tests.unit.hubconfig.host.engines import FakeEngine
from tests.unit.stack_files import CONFIG


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Host]:
    """Return what a stack's host is like, by what its engine and its machine have."""

    def of(
        sections: dict[str, Any],
        engine: FakeEngine | None = None,
        *,
        known: Iterable[Route] = (),
        refused: int | None = None,
        uplink_mtu: int | None = 1500,
    ) -> Host:
        monkeypatch.setattr("hubconfig.host.fit.EngineHost", lambda _: engine or FakeEngine())
        monkeypatch.setattr("hubconfig.host.machine.routes", lambda: iter(known))
        monkeypatch.setattr("hubconfig.host.machine.refusal", lambda *_: refused)
        monkeypatch.setattr("hubconfig.host.machine.uplink_mtu", lambda: uplink_mtu)
        config = Configuration.model_validate(CONFIG | sections)
        return Host(config, Stack.named("jupyterhub", "lab"))

    return of
