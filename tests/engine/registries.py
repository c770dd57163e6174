"""A container registry on this machine, and an image of somebody else's in it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from hubconfig.sections.images import ImagesArgs
from hubconfig.values import site_ca
from tests.deployment import free_port, until
from tests.images.engine import docker

COMPANY = Path(__file__).parent / "environments/company"
OLDER, TOO_OLD = "5.5.4", "4.1.6"
"""Versions of JupyterHub: one that goes with the hub, and one that does not."""


class Registry(NamedTuple):
    """A registry, and its log, which has a line for each request."""

    host: str
    log: Path

    def push(self, tag: str, jupyterhub: str) -> str:
        """Make the image with a version of JupyterHub; leave it here and not at the engine."""
        name = f"{self.host}/company/notebook:{tag}"
        arguments = {
            "ROOT_IMAGE": ImagesArgs().root,
            "SITE_CA": site_ca.certificates(site_ca.MACHINE),
            "JUPYTERHUB": jupyterhub,
        }
        docker(
            *("build", f"--tag={name}", str(COMPANY)),
            *(f"--build-arg={key}={value}" for key, value in arguments.items()),
        )
        docker("push", name)
        docker("image", "rm", name)
        return name

    def asked(self) -> int:
        """Return how many requests there were."""
        return self.log.read_text().count("http.request.method")


@contextmanager
def registry(folder: Path) -> Iterator[Registry]:
    """Run a registry on loopback, which engines take without TLS."""
    port = free_port()
    config = folder / "registry.yml"
    config.write_text(
        "version: 0.1\nlog: {accesslog: {disabled: false}}\n"
        f"storage: {{filesystem: {{rootdirectory: {folder}/registry}}}}\n"
        f"http: {{addr: 127.0.0.1:{port}}}\n"
    )
    found = Registry(f"localhost:{port}", folder / "registry.log")
    with found.log.open("w") as log:
        process = subprocess.Popen(
            ["docker-registry", "serve", str(config)], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        until(lambda: "listening on" in found.log.read_text())
        yield found
    finally:
        process.terminate()
        process.wait()
