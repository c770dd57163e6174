"""Engines on other machines: what docker.host names is what is used."""

import gc
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import certifi
import pytest

from offline.plugins.docker_engine import ssh
from offline.plugins.docker_engine.build import build
from offline.plugins.docker_engine.engine import Engine
from offline.plugins.errors import PluginError
from offline.plugins.handler import Call
from tests.deployment import Deployment, free_port

START_SECONDS = 60

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("dockerd") is None,
    reason="starts a Docker engine: takes root",
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, and one certificate for the server and the client."""
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    openssl(*new, "-x509", "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=ca")
    openssl(*new[:-2], "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=engine")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl(
        *("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca-key.pem"),
        *("-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "cert.pem"),
    )
    return folder


@pytest.fixture(scope="module")
def ssh_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """This machine's ssh server, at a port of the test's own; `ssh` knows its key."""
    folder, port = tmp_path_factory.mktemp("ssh"), free_port()
    for name in ("host", "key"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name]
        subprocess.run(command, cwd=folder, check=True)
    known = (folder / "host.pub").read_text()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {known}")
    (folder / "client").write_text(
        f"IdentityFile {folder}/key\nUserKnownHostsFile {folder}/known\n"
        f"Host GPU1\nHostName 127.0.0.1\nPort {port}\nUser root\n"
    )
    client = folder / "bin/ssh"
    client.parent.mkdir()
    client.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/client "$@"\n')
    client.chmod(0o755)
    Path("/run/sshd").mkdir(exist_ok=True)  # sshd wants it
    sshd = subprocess.Popen(
        [
            *("/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", f"-p{port}"),
            *("-o", "ListenAddress=127.0.0.1", "-o", f"HostKey={folder}/host"),
            *("-o", f"AuthorizedKeysFile={folder}/key.pub", "-o", "StrictModes=no"),
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not listens(port):
            assert time.monotonic() < deadline
            assert sshd.poll() is None
            time.sleep(0.05)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", f"{client.parent}:{os.environ['PATH']}")
            yield port
    finally:
        sshd.terminate()
        sshd.wait(START_SECONDS)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def engine(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine of the test's own that takes TLS clients only."""
    folder = tmp_path_factory.mktemp("engine")
    engine = Engine()
    engine.host = f"tcp://127.0.0.1:{free_port()}"
    engine.cert_path = str(certificates)
    # Without a bridge of its own it would take docker0 away from the machine's engine.
    bridge = f"jhp{secrets.token_hex(3)}"
    subprocess.run(["ip", "link", "add", bridge, "type", "bridge"], check=True)
    with (folder / "log").open("w") as log:
        dockerd = subprocess.Popen(
            [
                *("dockerd", f"--host={engine.host}", "--tlsverify"),
                *(f"--tlscacert={certificates}/ca.pem", f"--tlscert={certificates}/cert.pem"),
                *(f"--tlskey={certificates}/key.pem", f"--bridge={bridge}", "--iptables=false"),
                *(f"--data-root={folder}/data", f"--exec-root={folder}/exec"),
                f"--pidfile={folder}/pid",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while "API listen" not in (folder / "log").read_text():
                assert time.monotonic() < deadline, (folder / "log").read_text()
                assert dockerd.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
            with pytest.MonkeyPatch.context() as patch:
                # As on a machine behind a TLS-inspecting proxy: not the engine's authority.
                patch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
                yield engine
        finally:
            dockerd.terminate()
            dockerd.wait(START_SECONDS)
            subprocess.run(["ip", "link", "delete", bridge], check=True)


def test_an_engine_is_reached_over_tls(engine):
    assert engine.api.version()["ApiVersion"]


def test_images_are_built_on_that_engine(engine, tmp_path):
    (tmp_path / "Dockerfile").write_text('FROM scratch\nLABEL built="here"\n')
    call = Call("urn", "image", threading.Event(), lambda *_, **__: None)
    recipe = {
        "context": str(tmp_path),
        "dockerfile": str(tmp_path / "Dockerfile"),
        "platform": "linux/amd64",
    }
    build(engine.environment, call, "jupyterhub-test-tls:1", recipe)
    [image] = engine.api.images("jupyterhub-test-tls")
    assert image["Labels"] == {"built": "here"}


def test_an_engine_refuses_who_has_no_certificate(engine):
    stranger = Engine()
    stranger.host = engine.host
    with pytest.raises(PluginError, match=r"the Docker engine at tcp://127\.0\.0\.1:\d+ does not"):
        stranger.api.version()


def test_a_stack_is_deployed_over_ssh(ssh_port, tmp_path):
    sockets = "jupyterhub-engine-*"
    before = set(Path(tempfile.gettempdir()).glob(sockets))
    deployment = Deployment(tmp_path)
    deployment.config["docker"] = {"host": f"ssh://root@127.0.0.1:{ssh_port}"}
    try:
        deployment.up()
        deployment.pulumi("preview", "--refresh", "--expect-no-changes")
        assert deployment.container("hub").attrs["State"]["Health"]["Status"] == "healthy"
    finally:
        deployment.remove()
    deadline = time.monotonic() + START_SECONDS
    while set(Path(tempfile.gettempdir()).glob(sockets)) - before:
        assert time.monotonic() < deadline, "the forwarded socket stays"
        time.sleep(0.05)


def test_ssh_says_why_an_engine_cannot_be_reached(ssh_port):
    engine = Engine()
    engine.host = f"ssh://nobody@127.0.0.1:{ssh_port}"
    with pytest.raises(PluginError, match=r"engine at ssh://nobody@127\.0\.0\.1:\d+: .*denied"):
        engine.api.version()


def test_names_of_ssh_s_configuration_are_taken_as_they_are_written(ssh_port):
    del ssh_port
    engine = Engine()
    engine.host = "ssh://GPU1"
    assert engine.tunnel
    folder = Path(engine.address.removeprefix("unix://")).parent
    gc.collect()  # the engine alone keeps the connection open
    with engine.api as api:
        assert api.version()["ApiVersion"]
    engine.tunnel.close()
    assert not folder.exists()


def test_threads_share_one_connection(monkeypatch):
    tunnels: list[Any] = []
    second = threading.Barrier(2)

    class Slow:
        def __init__(self, host):
            self.address = host
            tunnels.append(self)
            with suppress(threading.BrokenBarrierError):
                second.wait(0.5)

    monkeypatch.setattr(ssh, "Tunnel", Slow)
    engine = Engine()
    engine.host = "ssh://GPU1"
    with ThreadPoolExecutor() as threads:
        used = [*threads.map(lambda _: engine.tunnel, range(3))]
    assert used == tunnels * 3


def test_a_host_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(ssh, "START_SECONDS", 0.5)
    engine = Engine()
    # Not in pytest's folders: a socket's path has 108 bytes at most.
    with socket.create_server(("127.0.0.1", 0)) as silent, TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        engine.host = f"ssh://ada@127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(PluginError, match=rf"at {engine.host}: ssh is not through within 0\.5"):
            engine.api.version()
        assert list(Path(folder).iterdir()) == []


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("ssh://GPU1", "/var/run/docker.sock -- GPU1"),
        ("ssh://root@lab/", "/var/run/docker.sock -- root@lab"),
        ("ssh://ada@GPU1:2222", "/var/run/docker.sock -p2222 -- ada@GPU1"),
        ("ssh://ada@[::1]:22/s.sock", "/s.sock -p22 -- ada@::1"),
    ],
)
def test_what_ssh_is_told(host, told):
    assert " ".join(ssh._parts(host)) == told


@pytest.mark.parametrize("host", ["ssh://root@lab:port", "ssh://root@lab:65536", "ssh://[::1"])
def test_an_address_that_cannot_be_is_named(host):
    engine = Engine()
    engine.host = host
    with pytest.raises(PluginError, match=rf"at {re.escape(host)}: .*; write it as ssh://root@"):
        engine.api.version()
