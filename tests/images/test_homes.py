"""Whatever is in a home, the server starts or says why, and starts without the settings there."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from .engine import PREFIX, DockerError, container, docker, logs
from .homes import HOMES, Home
from .hub_standin import ENVIRONMENT

HUB = Path(__file__).with_name("hub_standin.py")
SECONDS = 20
AT_ONCE = 4
HOME = "/home/ubuntu"


class Outcome(NamedTuple):
    """Whether a server answers, and what it and the engine have said."""

    answers: bool
    said: str


@contextmanager
def made(lab: str, home: Home, number: int) -> Iterator[str]:
    """Make a home; yield the option that mounts it."""
    name = f"{PREFIX}-home-{number}-{time.monotonic_ns()}"
    small = ("--opt=type=tmpfs", "--opt=device=tmpfs", f"--opt=o={home.mount},uid=1000,gid=100")
    docker("volume", "create", *(small if "=" in home.mount else ()), name)
    mount = f"--volume={name}:{HOME}"
    try:
        # What is in memory lasts as long as a container has it.
        with container(lab, "sleep", "600", options=(mount, "--user=0", "--entrypoint=")) as holder:
            inside = ("--workdir", HOME, holder, "bash", "-c")
            docker("exec", "--user=1000:100", *inside, home.script)
            docker("exec", *inside, home.root)
            yield f"{mount}:ro" if home.mount == "ro" else mount
    finally:
        docker("volume", "rm", "--force", name)


def started(lab: str, mount: str, *options: str) -> Outcome:
    """Start a server as the hub does; return what comes of it."""
    given = [f"--env={name}={value}" for name, value in ENVIRONMENT.items()]
    rights = ("--cap-drop=ALL", "--security-opt=no-new-privileges", f"--volume={HUB}:/hub.py:ro")
    try:
        with container(lab, options=(mount, *given, *rights, *options)) as name:
            docker("exec", "--detach", "--workdir=/", name, "/usr/bin/python3", "-s", "/hub.py")
            deadline = time.monotonic() + SECONDS
            while time.monotonic() < deadline:
                if "is running at" in logs(name):
                    docker("exec", "--workdir=/", name, "http-healthcheck", "8888", "/user/ada/api")
                    return Outcome(True, logs(name))
                if docker("inspect", "--format={{.State.Running}}", name) != "true":
                    return Outcome(False, logs(name))
                time.sleep(0.3)
            return Outcome(False, f"silent: {logs(name)}")
    except DockerError as error:
        return Outcome(False, str(error))


def both(lab: str, number: int, home: Home) -> tuple[Outcome, Outcome]:
    """Start a server in a home, and if that does not answer, one without the settings there."""
    with made(lab, home, number) as mount:
        plain = started(lab, mount)
        rescued = plain if plain.answers else started(lab, mount, "--env=JUPYTERHUB_RESCUE=1")
    return plain, rescued


@pytest.fixture(scope="module")
def outcomes(lab) -> dict[str, tuple[Outcome, Outcome]]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda item: both(lab, *item), enumerate(HOMES.values()))
        return dict(zip(HOMES, found, strict=True))


@pytest.mark.parametrize("home", HOMES)
def test_a_server_starts_or_says_why(outcomes, home):
    plain, rescued = outcomes[home]
    if expected := HOMES[home].said:
        assert not plain.answers
        assert re.search(expected, plain.said)
    else:
        assert plain.answers, plain.said
    assert rescued.answers, rescued.said
