"""The stack that engine and browser tests share."""

from collections.abc import Generator, Iterator

import pytest

from tests.deployment import Deployment


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
