"""What GPU settings give a notebook, on an engine of the test's own, on a machine without a GPU.

The engine calls `nvidia-container-runtime-hook` from its PATH for each container that gets GPUs; a
stub there records the container's variables, from which NVIDIA's own reads what to put into it.
"""

import io
import json
import os
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docker
import pytest
import requests

from hubconfig.sections.gpus import GpuArgs
from hubconfig.sections.profiles import Profile
from hubconfig.servers import Servers
from tests.hub_modules import server_of

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="starts an engine, which takes root"),
    pytest.mark.skipif(shutil.which("dockerd") is None, reason="dockerd is not installed"),
]
SECONDS = 60
PROGRAM = "docker-init"
"""Comes with the engine and needs no libraries: enough for an image."""
GPU = "GPU-8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0a"
CDI_SINCE = 25

HOOK = """#!/usr/bin/env python3
import json, pathlib, sys
state = json.load(sys.stdin)
spec = json.loads(pathlib.Path(state["bundle"], "config.json").read_text())
record = [sys.argv[1:], spec["process"]["env"]]
pathlib.Path({records!r}, state["id"]).write_text(json.dumps(record))
"""


class Engine:
    """A Docker Engine beside the machine's own, which shares nothing with it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.records = folder, folder / "records"
        self.records.mkdir()
        hook = folder / "bin/nvidia-container-runtime-hook"
        hook.parent.mkdir()
        hook.write_text(HOOK.format(records=str(self.records)))
        hook.chmod(0o755)
        self.log = (folder / "log").open("w")
        self.process = subprocess.Popen(
            [
                # With --bridge=none dockerd deletes docker0, so it gets a network of its own.
                *("unshare", "--net", "dockerd"),
                *(f"--data-root={folder}/data", f"--exec-root={folder}/exec"),
                *(f"--pidfile={folder}/pid", f"--host=unix://{folder}/socket"),
                *("--bridge=none", "--iptables=false", "--ip6tables=false"),
                *("--containerd-namespace=gpu-test", "--containerd-plugins-namespace=gpu-test-p"),
            ],
            env={**os.environ, "PATH": f"{hook.parent}:{os.environ['PATH']}"},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.docker = docker.DockerClient(f"unix://{folder}/socket", version="1.40")

    def wait(self) -> None:
        """Return once it answers."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket(socket.AF_UNIX) as probe:
                listens = probe.connect_ex(f"{self.folder}/socket") == 0
            # It can reset connections that come while it starts.
            with suppress(requests.exceptions.ConnectionError):
                if listens and self.docker.ping():
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def load_image(self) -> str:
        """Load an image that shows every GPU by itself, as NVIDIA's images do."""
        program = Path(str(shutil.which(PROGRAM))).resolve()
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(program, PROGRAM)
        every = ["ENV NVIDIA_VISIBLE_DEVICES=all"]
        self.docker.api.import_image_from_data(file.getvalue(), "cuda", "test", every)
        return "cuda:test"

    def run(self, servers: Servers) -> tuple[dict[str, str], list[Any] | None]:
        """Run a container as the hub would; return its variables and what the hook recorded."""
        body = server_of(servers) | {"Image": "cuda:test", "Cmd": [f"/{PROGRAM}", "--version"]}
        body["HostConfig"]["NetworkMode"] = "none"
        created = self.docker.api.create_container_from_config(body)
        found = self.docker.containers.get(created["Id"])
        found.start()
        assert found.wait(timeout=SECONDS)["StatusCode"] == 0, found.logs()
        record = self.records / found.id
        variables = dict(line.split("=", 1) for line in found.attrs["Config"]["Env"])
        return variables, json.loads(record.read_text()) if record.exists() else None

    def end(self) -> None:
        """End it and what it runs."""
        self.docker.close()
        self.process.terminate()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with TemporaryDirectory() as folder:  # pytest's are too long for the path of a socket
        engine = Engine(Path(folder))
        try:
            engine.wait()
            engine.load_image()
            yield engine
        finally:
            engine.end()


def test_the_machines_own_engine_keeps_its_network():
    bridge = Path("/sys/class/net/docker0/ifindex")
    before = bridge.exists() and bridge.read_text()
    with TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        try:
            engine.wait()
            assert (bridge.exists() and bridge.read_text()) == before
        finally:
            engine.end()


def test_without_gpus_nothing_shows_one(engine):
    variables, record = engine.run(Servers())
    assert record is None, "the engine did not call NVIDIA's hook"
    assert variables["NVIDIA_VISIBLE_DEVICES"] == "void", "whatever the image says"


@pytest.mark.parametrize(
    ("devices", "visible"), [("all", "all"), ([0, 2], "0,2"), ([GPU], GPU)], ids=str
)
def test_notebooks_get_the_gpus_that_are_named(engine, devices, visible):
    _, record = engine.run(Servers(gpus=GpuArgs(notebooks=devices)))
    assert record is not None, "the engine called NVIDIA's hook"
    arguments, lines = record
    assert arguments == ["prestart"]
    variables = dict(line.split("=", 1) for line in lines)  # the last counts, as for the hook
    assert variables["NVIDIA_VISIBLE_DEVICES"] == visible


@pytest.mark.parametrize(("own", "visible"), [([1], "1"), (None, "all"), ("none", None)], ids=str)
def test_a_profiles_gpus_take_the_place_of_the_others(engine, own, visible):
    servers = Servers(gpus=GpuArgs(notebooks="all"), profiles=(Profile(name="Own", gpus=own),))
    _, record = engine.run(servers)
    lines = record[1] if record else []
    variables = dict(line.split("=", 1) for line in lines)
    assert variables.get("NVIDIA_VISIBLE_DEVICES") == visible


def test_an_engine_that_does_not_know_cdi_says_so(engine):
    if int(engine.docker.version()["Version"].split(".")[0]) >= CDI_SINCE:
        pytest.skip(f"Engine {CDI_SINCE} or newer knows CDI")
    with pytest.raises(docker.errors.APIError, match='could not select device driver "cdi"'):
        engine.run(Servers(gpus=GpuArgs(notebooks="all", mode="cdi")))
