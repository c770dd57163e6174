"""TLS that ends in the stack, with Caddy's own authority and with files: one stack for both."""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest
import requests

from tests.browser.steps import upload_a_large_file, work_over_tls
from tests.certificates import make
from tests.deployment import Deployment, until

ROOT_CERTIFICATE = "/data/pki/authorities/local/root.crt"
"""docs/tls.md tells people so too."""


DOMAIN = "people.localhost"
"""Clients take no certificate for *.localhost."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A hub at https, with the stand-in at http, both on loopback."""
    deployment = Deployment(tmp_path_factory.mktemp("program"))
    deployment.url = deployment.url.replace("http://", "https://")
    deployment.config["site"] = {"url": deployment.url, "user_domains": DOMAIN}
    deployment.config["tls"] = {"certificate": "internal"}
    try:
        deployment.up()
        yield deployment
    finally:
        deployment.remove()


@pytest.fixture
def trusting(deployment, tmp_path) -> requests.Session:
    """A client that trusts the stack's authority, and no other."""
    file = tmp_path / "root.crt"
    file.write_bytes(root_certificate(deployment))
    return client(file)


def client(authority: Path | str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # REQUESTS_CA_BUNDLE would count for more
    session.verify = str(authority)
    return session


def root_certificate(deployment: Deployment) -> bytes:
    archive, _ = deployment.container("edge").get_archive(ROOT_CERTIFICATE)
    with tarfile.open(fileobj=io.BytesIO(b"".join(archive))) as tar:
        content = tar.extractfile("root.crt")
        assert content
        return content.read()


def test_a_person_runs_a_cell_through_the_edge(page, trusting, deployment):
    work_over_tls(page, deployment)
    upload_a_large_file(trusting, deployment)
    cookies = page.context.cookies()
    login = {one["name"]: one["domain"] for one in cookies if one["name"].startswith("__Host-")}
    assert login == {
        "__Host-oauthenticator-state": "localhost",
        "__Host-jupyterhub-hub-login": "localhost",
        "__Host-jupyterhub-user-ada": f"ada.{DOMAIN}",
    }
    assert {one["domain"] for one in cookies} == {"localhost", f"ada.{DOMAIN}"}, "each for one host"


def test_the_edge_is_the_only_door(trusting, deployment):
    answer = trusting.get(f"{deployment.url}/hub/health")
    assert answer.ok
    assert "Strict-Transport-Security" not in answer.headers, "it would count for the stand-in too"
    for name, ports in {"edge": [deployment.site_port], "proxy": [], "hub": []}.items():
        bindings = deployment.container(name).attrs["NetworkSettings"]["Ports"]
        published = [int(one["HostPort"]) for found in bindings.values() for one in found or []]
        assert published == ports
    with pytest.raises(requests.exceptions.SSLError):
        client(certifi.where()).get(deployment.url)


def test_the_hub_is_told_who_came_and_not_which_container_passed_it_on(trusting, deployment):
    claim = {"X-Real-IP": "192.0.2.66"}
    trusting.get(f"{deployment.url}/hub/home?seen", headers=claim, allow_redirects=False)
    log = deployment.container("hub").logs
    [line] = until(lambda: [row for row in log().decode().splitlines() if "?seen " in row])
    edge = deployment.container("edge").attrs["NetworkSettings"]["Networks"][deployment.prefix]
    assert "302 GET" in line
    assert edge["IPAddress"] not in line
    assert claim["X-Real-IP"] not in line


def test_nothing_changes_without_a_change(deployment):
    deployment.up("--expect-no-changes")


def test_files_take_the_authoritys_place_and_back(trusting, deployment, tmp_path):
    authority = root_certificate(deployment)
    before = {name: deployment.container(name).id for name in ("hub", "proxy", "edge")}
    files = make(tmp_path, "localhost", f"*.{DOMAIN}")
    key = Path(files.key_file).read_text()
    deployment.config["tls"] = files.setting

    deployment.configure()
    previewed = deployment.pulumi("preview", "--diff")
    printed = previewed + deployment.up("--diff") + deployment.pulumi("stack", "export")
    secret = key.splitlines()[1]
    assert not [shown for shown in (secret, json.dumps(key)) if shown in printed]
    given = client(files.certificate_file)
    assert given.get(f"{deployment.url}/hub/health").status_code == 200
    led = given.get(deployment.server("nobody"), allow_redirects=False)
    assert led.headers["Location"] == f"{deployment.url}/hub/user/nobody"
    after = {name: deployment.container(name).id for name in before}
    assert [name for name in before if before[name] != after[name]] == ["edge"]

    deployment.config["tls"] = {"certificate": "internal"}
    deployment.up()
    assert root_certificate(deployment) == authority
    assert trusting.get(f"{deployment.url}/hub/health").status_code == 200
