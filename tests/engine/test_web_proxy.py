"""A site's proxy, which builds, the hub and notebooks go by, and secrets of its notebooks."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.deployment import Deployment, configured, until
from tests.people import run
from tests.person import Person

SECRET = "8f2c4e-of-the-site"
OUTSIDE = "http://outside.example/"
FETCH = f"""
import asyncio
from tornado.httpclient import AsyncHTTPClient
AsyncHTTPClient.configure("tornado.curl_httpclient.CurlAsyncHTTPClient")
async def ask():
    print((await AsyncHTTPClient().fetch("{OUTSIDE}")).body.decode())
asyncio.run(ask())
"""
"""As OAuthenticator asks GitLab."""
ASK = "import urllib.request as to; print(to.urlopen('{}', timeout=9).read().decode())"
BUILT = 'RUN [ "$https_proxy" = "{}" ]\n'
"""A step that fails unless the build has the proxy."""


@pytest.fixture(scope="module")
def proxy(deployment: Deployment) -> Iterator[ThreadingHTTPServer]:
    """A proxy on the engine's host, which answers itself and remembers what it was asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"by the proxy")

        def log_message(self, *_: object) -> None:
            pass

    asked: list[str] = []
    bridge = deployment.docker.networks.get("bridge").attrs["IPAM"]["Config"][0]["Gateway"]
    with ThreadingHTTPServer((bridge, 0), Handler) as server:
        server.asked = asked  # type: ignore[attr-defined]
        server.url = f"http://{bridge}:{server.server_port}"  # type: ignore[attr-defined]
        Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def behind(deployment: Deployment, proxy) -> Iterator[Deployment]:
    """The stack behind that proxy, with an image that is built with it."""
    dockerfile = deployment.folder / "images/hub/Dockerfile"
    original = dockerfile.read_text()
    deployment.config["proxy"] = {}
    deployment.config["secrets"] = {"environment": {"WANDB_API_KEY": SECRET}}
    with configured(deployment, "proxy", url=proxy.url):
        dockerfile.write_text(original + BUILT.format(proxy.url))
        try:
            deployment.up()
            yield deployment
        finally:
            deployment.remove_notebooks()
            dockerfile.write_text(original)
    del deployment.config["proxy"], deployment.config["secrets"]


@pytest.fixture(scope="module")
def ada(behind) -> Person:
    """Somebody who has signed in, through a GitLab that the proxy does not know."""
    person = Person(behind.url)
    person.sign_in("ada")
    return person


def test_an_image_has_nothing_of_the_proxy_that_it_was_built_with(behind, proxy):
    image = behind.docker.images.get(behind.container("hub").attrs["Config"]["Image"])
    steps = [each["CreatedBy"] for each in image.history()]
    [own] = [step for step in steps if "$https_proxy" in step]
    assert proxy.url in own, "the step that fails without it"
    steps.remove(own)
    assert proxy.url not in str(steps + image.attrs["Config"]["Env"])


def test_the_hub_goes_by_the_proxy_but_not_to_gitlab(behind, proxy, ada):
    found = behind.container("hub").exec_run(["/opt/venv/bin/python", "-c", FETCH])
    assert found.output.decode().strip() == "by the proxy"
    assert ada.api("GET", "user")["name"] == "ada"
    assert set(proxy.asked) == {OUTSIDE}


def test_notebooks_go_by_the_proxy_but_not_to_the_hub(behind, proxy, ada):
    ada.ask("POST", "users/ada/server").raise_for_status()
    until(lambda: ada.api("GET", "users/ada")["servers"].get("", {}).get("ready"), behind.logs)
    server = behind.container("notebook-ada")
    assert run(server, f'python3 -c "{ASK.format(OUTSIDE)}"') == "by the proxy"
    hub = behind.environment_of("notebook-ada")["JUPYTERHUB_API_URL"]
    assert "version" in run(server, f'python3 -c "{ASK.format(f"{hub}/")}"')
    assert set(proxy.asked) == {OUTSIDE}


def test_a_secret_of_notebooks_is_in_them_and_in_the_hubs_environment_alone(behind):
    assert run(behind.container("notebook-ada"), "echo $WANDB_API_KEY") == SECRET
    for part in ("docker-gate", "proxy", "gitlab"):
        assert SECRET not in str(behind.container(part).attrs)
    found = behind.container("hub").exec_run(["cat", "/etc/jupyterhub/containers.json"])
    assert "WANDB" not in found.output.decode()
    assert SECRET not in (behind.folder / f"Pulumi.{behind.stack}.yaml").read_text()
    state = behind.pulumi("stack", "export")
    assert "hub-container" in state
    assert SECRET not in state
    assert SECRET not in behind.pulumi("preview", "--diff")
