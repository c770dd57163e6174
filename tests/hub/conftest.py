"""A hub and a GitLab of a module's own."""

from collections.abc import Iterator

import pytest

from tests.hub.running import RunningHub
from tests.standin.driver import Server


@pytest.fixture(scope="module")
def hub(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningHub]:
    with Server(tmp_path_factory.mktemp("standin")) as gitlab:
        hub = RunningHub(tmp_path_factory.mktemp("hub"), gitlab)
        hub.start(getattr(request.module, "MORE", ""))
        yield hub
        hub.stop()
