"""The shared stack without GitLab."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.deployment import Deployment
from tests.people import ANYBODY, People


@pytest.fixture(autouse=True)
def no_server_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Stop what a test has started: the machine is not large."""
    yield
    for value in request.node.funcargs.values():
        if isinstance(value, People):
            value.stop()


@pytest.fixture(scope="module")
def lasting() -> Iterator[Path]:
    """A new folder where people's files and backups may be, unlike in /tmp."""
    if not os.access("/srv", os.W_OK):
        pytest.skip("makes a folder in /srv, which takes root")
    with TemporaryDirectory(prefix="jupyterhub-test-", dir="/srv") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def plain(deployment: Deployment) -> Iterator[Deployment]:
    """The stack without GitLab; the next module finds it as it was."""
    config = deployment.folder / "images/hub/jupyterhub_config.py"
    original, settings = config.read_text(), deployment.config
    config.write_text(original + ANYBODY)
    try:
        yield deployment
    finally:
        deployment.remove_notebooks()
        config.write_text(original)
        deployment.config = settings
        deployment.up()
