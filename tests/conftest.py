"""The stack that engine and browser tests share, and the names by which tests reach any."""

import socket
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.deployment import Deployment


@pytest.fixture(scope="session", autouse=True)
def names_below_localhost() -> Iterator[None]:
    """Find this machine by every name below localhost, as browsers do: RFC 6761, section 6.3."""
    look = socket.getaddrinfo

    def found(host: Any, *arguments: Any, **named: Any) -> Any:
        below = isinstance(host, str) and host.endswith(".localhost")
        return look("127.0.0.1" if below else host, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", found)
        yield


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A running hub; its containers' logs are printed when a test that uses it fails."""
    deployment = Deployment(tmp_path_factory.mktemp("program"))
    try:
        deployment.up()
        yield deployment
    finally:
        deployment.remove()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the containers' logs to the report of a failed test."""
    report = yield
    deployment = getattr(item, "funcargs", {}).get("deployment")
    if report.failed and deployment:
        report.sections.append(("container logs", deployment.logs()))
    return report
