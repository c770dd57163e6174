"""A hub behind a web server that ends TLS: nginx, configured as docs/tls.md says."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.steps import upload_a_large_file, work_over_tls
from tests.browser.test_tls import client
from tests.certificates import make
from tests.deployment import REPOSITORY, Deployment, free_port, listens, until


def configuration(deployment: Deployment, port: int) -> str:
    """Return the documented configuration with names and ports of the test's own."""
    page = (REPOSITORY / "docs/tls.md").read_text()
    [text] = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    for documented, own in {
        "listen 443": f"listen 127.0.0.1:{port}",
        "hub.example.org": "localhost",
        "/etc/ssl/hub.pem": "/certificate/site.pem",
        "/etc/ssl/private/hub.key": "/certificate/site.key",
        "127.0.0.1:8001": f"127.0.0.1:{deployment.site_port}",
    }.items():
        assert documented in text
        text = text.replace(documented, own)
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The web server's files."""
    folder = tmp_path_factory.mktemp("nginx")
    make(folder, "localhost")
    return folder


@pytest.fixture(scope="module")
def deployment(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path_factory.mktemp("program"))
    port = free_port()
    deployment.url = f"https://localhost:{port}"
    deployment.config["site"] = {
        "url": deployment.url,
        "port": deployment.site_port,
        "bind_address": "127.0.0.1",
    }
    (folder / "hub.conf").write_text(configuration(deployment, port))
    nginx = None
    try:
        deployment.up()
        built_on = deployment.outputs()["hub_image"]
        image, _ = deployment.docker.images.build(
            fileobj=io.BytesIO(
                f"FROM {built_on}\n"
                "RUN apt-install nginx-light && rm /etc/nginx/sites-enabled/default\n".encode()
            ),
            tag="jupyterhub-test-nginx",
            rm=True,
        )
        nginx = deployment.docker.containers.run(
            image,
            ["nginx", "-g", "daemon off;"],
            entrypoint=["tini", "--"],
            network_mode="host",
            volumes={
                str(folder): {"bind": "/certificate", "mode": "ro"},
                str(folder / "hub.conf"): {"bind": "/etc/nginx/conf.d/hub.conf", "mode": "ro"},
            },
            detach=True,
        )
        until(lambda: listens(port))
        yield deployment
    finally:
        if nginx:
            nginx.remove(force=True)
        deployment.remove()


def test_a_person_works_behind_a_web_server(page, deployment, folder):
    work_over_tls(page, deployment)
    upload_a_large_file(client(folder / "site.pem"), deployment)
