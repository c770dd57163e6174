"""Whatever is in a home, the server starts or says why, and starts without the settings there."""

import re
import shlex
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from .engine import PREFIX, DockerError, container, docker, logs
from .homes import HOMES, Home
from .hub_standin import ENVIRONMENT

HUB = Path(__file__).with_name("hub_standin.py")
SECONDS = 40
AT_ONCE = 4
HOME = "/home/ubuntu"
PERSON = "setpriv --reuid=1000 --regid=100 --clear-groups"


class Outcome(NamedTuple):
    """Whether a server answers, and what it and the engine have said."""

    answers: bool
    said: str


def making(home: Home, place: str) -> str:
    """Return the script that makes a home of the image's, as root."""
    person = f"{PERSON} bash -c {shlex.quote(home.script)}"
    return f"cp -a {HOME}/. {place}; cd {place}; {person}; {home.root or 'true'}; cd /"


@pytest.fixture(scope="module")
def mounts(lab, tmp_path_factory) -> Iterator[dict[str, str]]:
    """The options that mount each home."""
    folder = tmp_path_factory.mktemp("homes")
    found, script = {}, ["umask 022"]
    with ExitStack() as stack:
        for number, (name, home) in enumerate(HOMES.items()):
            if "=" in home.mount:
                found[name] = small(lab, home, stack)
                continue
            place = folder / str(number)
            script.append(f"install -d -o 1000 -g 100 /homes/{number}")
            script.append(making(home, f"/homes/{number}"))
            found[name] = f"--volume={place}:{HOME}" + (f":{home.mount}" if home.mount else "")
        as_root = (f"--volume={folder}:/homes", "--user=0", "--entrypoint=")
        with container(lab, "bash", "-c", "\n".join(script), options=as_root) as maker:
            assert docker("wait", maker) == "0", logs(maker)
        yield found


def small(lab: str, home: Home, stack: ExitStack) -> str:
    """Make a home that is too small; return the option that mounts it."""
    name = f"{PREFIX}-home-{time.monotonic_ns()}"
    size = ("--opt=type=tmpfs", "--opt=device=tmpfs", f"--opt=o={home.mount},uid=1000,gid=100")
    docker("volume", "create", *size, name)
    stack.callback(docker, "volume", "rm", "--force", name)
    mount = f"--volume={name}:{HOME}"
    # What is in memory lasts as long as a container has it.
    options = (mount, "--user=1000:100", "--entrypoint=")
    holder = stack.enter_context(container(lab, "sleep", "600", options=options))
    docker("exec", "--workdir", HOME, holder, "bash", "-c", home.script)
    return mount


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
                time.sleep(1)
            return Outcome(False, f"silent: {logs(name)}")
    except DockerError as error:
        return Outcome(False, str(error))


@pytest.fixture(scope="module")
def outcomes(lab, mounts) -> dict[str, tuple[Outcome, Outcome]]:
    """What comes of a start in each home, and of one without its settings if that fails."""

    def both(mount: str) -> tuple[Outcome, Outcome]:
        plain = started(lab, mount)
        return plain, plain if plain.answers else started(lab, mount, "--env=JUPYTERHUB_RESCUE=1")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(mounts, pool.map(both, mounts.values()), strict=True))


@pytest.mark.parametrize("home", HOMES)
def test_a_server_starts_or_says_why(outcomes, home):
    plain, rescued = outcomes[home]
    if expected := HOMES[home].said:
        assert not plain.answers
        assert re.search(expected, plain.said)
    else:
        assert plain.answers, plain.said
    assert rescued.answers, rescued.said
