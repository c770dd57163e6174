"""The server in the lab image: that it answers, how Docker knows, and what its start loads."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .engine import DockerError, container, docker, logs
from .hub_standin import ENVIRONMENT

READY_SECONDS = 60
HUB = Path(__file__).with_name("hub_standin.py")
OFTEN = "--health-interval=0.5s"


def until(holds: Callable[[], bool], what: str, name: str) -> None:
    """Wait until `holds`; fail with the container's logs."""
    deadline = time.monotonic() + READY_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what}:\n{logs(name)}"
        time.sleep(0.1)


def health(name: str) -> str:
    return docker("inspect", "--format={{.State.Health.Status}}", name)


@pytest.fixture(scope="module")
def server(lab) -> Iterator[str]:
    """A healthy server as a hub starts it, which has told in its log what it imports."""
    options = (
        OFTEN,
        f"--volume={HUB}:/hub.py:ro",
        "--env=PYTHONPROFILEIMPORTTIME=1",
        *(f"--env={name}={value}" for name, value in ENVIRONMENT.items()),
    )
    command = (
        "bash",
        "-c",
        "env -u PYTHONPROFILEIMPORTTIME python3 /hub.py & exec start-singleuser.sh",
    )
    with container(lab, *command, options=options) as name:
        until(lambda: health(name) == "healthy", "never healthy", name)
        yield name


def test_nothing_that_only_costs_time_is_imported(server):
    imported = set(re.findall(r"^import time:.*\| +(\S+)$", logs(server), re.MULTILINE))
    assert {"jupyterhub.singleuser", "jupyterlab.labapp", "jupyterlab_git_core.git"} <= imported
    assert not imported & {
        "alembic",
        "jupyterhub.handlers",
        "jupyterhub.orm",
        "lark",  # rfc3987_syntax, see images/overrides.txt
        "numpy",
        "sqlalchemy",
    }


def test_it_imports_no_more_modules_than_it_did(server):
    imported = re.findall(r"^import time:.*\| +(\S+)$", logs(server), re.MULTILINE)
    assert len(imported) < 1400


def test_every_extension_is_loaded(server):
    told = logs(server)
    loaded = set(re.findall(r"(\w+) \| extension was successfully loaded", told))
    assert {"jupyterlab", "jupyterlab_git", "jupyter_resource_usage", "nbgitpuller"} <= loaded


def test_a_server_that_does_not_answer_is_unhealthy(server):
    docker("exec", server, "healthcheck.sh")
    with pytest.raises(DockerError):
        docker("exec", "--env=JUPYTERHUB_SERVICE_URL=http://0.0.0.0:1/", server, "healthcheck.sh")
    with pytest.raises(DockerError):
        docker(
            "exec",
            "--env=JUPYTERHUB_SERVICE_PREFIX=/",
            "--env=JUPYTERHUB_SERVICE_URL=http://0.0.0.0:8888/not/",
            server,
            "healthcheck.sh",
        )


def test_without_a_hub_jupyterlab_starts(lab):
    with container(lab, "start-notebook.sh", options=(OFTEN,)) as name:
        until(lambda: health(name) == "healthy", "never healthy", name)


def test_a_restartable_server_comes_back_and_still_stops_at_once(lab):
    options = ("--env=RESTARTABLE=yes", "--env=DOCKER_STACKS_JUPYTER_CMD=server")
    with container(lab, "start-notebook.sh", "--version", options=options) as name:
        until(lambda: len(logs(name).splitlines()) > 1, "never came back", name)
        docker("stop", "--time=30", name)
        assert docker("inspect", "--format={{.State.ExitCode}}", name) == "143"
