"""A Docker Engine of a test's own, which finds NVIDIA's container toolkit where there is no GPU.

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
from contextlib import suppress
from pathlib import Path
from typing import Any

import docker
import pytest
import requests

from hubconfig.servers import Servers
from tests.hub_modules import server_of

NEEDS_AN_ENGINE = [
    pytest.mark.skipif(os.geteuid() != 0, reason="starts an engine, which takes root"),
    pytest.mark.skipif(shutil.which("dockerd") is None, reason="dockerd is not installed"),
]
SECONDS = 60
PROGRAM = "docker-init"
"""Comes with the engine and needs no libraries: enough for an image."""

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

    def load_image(self, name: str = "cuda", program: str = PROGRAM) -> None:
        """Load an image that shows every GPU by itself, as NVIDIA's images do."""
        source = Path(str(shutil.which(PROGRAM))).resolve()
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(source, program)
        every = ["ENV NVIDIA_VISIBLE_DEVICES=all"]
        self.docker.api.import_image_from_data(file.getvalue(), name, "test", every)

    def run(self, servers: Servers) -> tuple[dict[str, str], list[Any] | None]:
        """Run a container as the hub would; return its variables and what the hook recorded."""
        body = server_of(servers) | {"Image": "cuda:test", "Cmd": [f"/{PROGRAM}", "--version"]}
        body["HostConfig"]["NetworkMode"] = "none"
        created = self.docker.api.create_container_from_config(body)
        found = self.docker.containers.get(created["Id"])
        found.start()
        assert found.wait(timeout=SECONDS)["StatusCode"] == 0, found.logs()
        variables = dict(line.split("=", 1) for line in found.attrs["Config"]["Env"])
        return variables, self.record(found.id)

    def record(self, container: str) -> list[Any] | None:
        """Return what the hook recorded of a container: its arguments and the variables."""
        record = self.records / container
        return list(json.loads(record.read_text())) if record.exists() else None

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
