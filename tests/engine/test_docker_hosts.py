"""Engines on other machines: what docker.host names is what is used."""

import os
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest

from offline.plugins.docker_engine.build import build
from offline.plugins.docker_engine.engine import Engine
from offline.plugins.errors import PluginError
from offline.plugins.handler import Call
from tests.deployment import free_port

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
