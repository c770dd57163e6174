"""The edge with a certificate from an authority that speaks ACME: Pebble, Let's Encrypt's own."""

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import make

from .engine import PREFIX, container, docker, logs
from .test_server import health, until

HOST = "hub.example.org"
ADA, BEN = f"ada.{HOST}", f"ben.{HOST}"
"""Whom the hub knows, and whom it does not."""
PINNED = "max-age=31536000; includeSubDomains"
PEBBLE = "github.com/letsencrypt/pebble/v2/cmd/pebble"
PEBBLE_CONFIG = {
    "listenAddress": "0.0.0.0:14000",
    "managementListenAddress": "0.0.0.0:15000",
    "certificate": "/pebble/site.pem",
    "privateKey": "/pebble/site.key",
    "httpPort": 8080,
    "tlsPort": 8443,
    "profiles": {"default": {"description": "", "validityPeriod": 86400}},
}
ECHO = """
import http.server, json
class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path in ("/hub/known?domain=ada.hub.example.org", "/")
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(json.dumps(dict(self.headers)).encode())
http.server.HTTPServer(("", 8000), Echo).serve_forever()
"""
ASK = """
import json, ssl, sys, urllib.request as web
authority = web.urlopen("https://pebble:15000/roots/0").read().decode()
request = web.Request(sys.argv[1], headers=json.loads(sys.argv[2]))
class Stay(web.HTTPRedirectHandler):
    def redirect_request(self, *_): return None
trusting = web.HTTPSHandler(context=ssl.create_default_context(cadata=authority))
try:
    answer = web.build_opener(Stay, trusting).open(request)
except web.HTTPError as error:
    answer = error
except web.URLError as error:
    print(json.dumps([0, {}, str(error)]))
    sys.exit()
print(json.dumps([answer.status, dict(answer.headers), answer.read().decode()]))
"""
ENVIRONMENT = {
    "SITE_HOST": HOST,
    "USER_DOMAINS": HOST,
    "KNOWN": "http://proxy:8000/hub/known",
    "PROXY": "http://proxy:8000",
    "CERTIFICATE": "acme",
    "HSTS": "hsts-below",
    "ACME_URL": "https://pebble:14000/dir",
    "ACME_EMAIL": "admin@example.org",
    "SSL_CERT_FILE": "/pebble/site.pem",
}
DOMAINS = ("caddy", "run", "--config", "/etc/caddy/domains.caddyfile", "--adapter", "caddyfile")
"""What components/edge.py has it run where people's servers have host names of their own."""

pytestmark = pytest.mark.skipif(shutil.which("go") is None, reason="builds Pebble with Go")


@pytest.fixture(scope="module")
def image(images) -> str:
    return images["edge"]


@pytest.fixture(scope="module")
def pebble(tmp_path_factory) -> Path:
    """Pebble, and what it is configured with."""
    folder = tmp_path_factory.mktemp("pebble")
    folder.chmod(0o755)  # containers read it as accounts of their own
    make(folder, "pebble")
    (folder / "config.json").write_text(json.dumps({"pebble": PEBBLE_CONFIG}))
    subprocess.run(
        ["go", "build", "-o", str(folder / "pebble"), PEBBLE],
        cwd=Path(__file__).with_name("pebble"),
        env=os.environ | {"CGO_ENABLED": "0"},
        check=True,
    )
    return folder


def options(environment: dict[str, str], *others: str) -> tuple[str, ...]:
    often = ("--health-interval=0.5s", "--health-start-period=1s")
    return (*often, *(f"--env={key}={value}" for key, value in environment.items()), *others)


@pytest.fixture(scope="module")
def edge(image, pebble) -> Iterator[str]:
    """An edge between Pebble and a server that echoes the headers it gets."""
    network = f"{PREFIX}-{uuid.uuid4().hex[:8]}"
    docker("network", "create", network)

    def on_network(alias: str) -> tuple[str, ...]:
        return (f"--network={network}", f"--network-alias={alias}", f"--volume={pebble}:/pebble:ro")

    authority = options({"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"})
    command = ("/pebble/pebble", "-config", "/pebble/config.json")
    try:
        with (
            container(image, *command, options=(*authority, *on_network("pebble"))) as pebbles,
            container(image, "python3", "-c", ECHO, options=on_network("proxy")),
        ):
            until(lambda: "ACME directory" in logs(pebbles), "never served", pebbles)
            people = [f"--network-alias={name}" for name in (ADA, BEN)]
            named = options(ENVIRONMENT, *on_network(HOST), *people)
            with container(image, *DOMAINS, options=named) as name:
                until(lambda: health(name) == "healthy", "never healthy", name)
                yield name
    finally:
        docker("network", "rm", network)


def ask(edge: str, url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Ask the edge, trusting nobody but Pebble."""
    answer: Any = json.loads(docker("exec", edge, "python3", "-c", ASK, url, json.dumps(headers)))
    return answer


def test_the_authoritys_certificate_is_served_and_https_is_pinned(edge):
    status, headers, _ = ask(edge, f"https://{HOST}:8443/")
    assert status == 200
    assert headers["Strict-Transport-Security"] == PINNED


def test_headers_that_do_not_end_are_not_waited_for(edge):
    config = json.loads(docker("exec", edge, "caddy", "adapt", *DOMAINS[2:]))
    servers = config["apps"]["http"]["servers"].values()
    assert {server["read_header_timeout"] for server in servers} == {30 * 10**9}  # ns


def test_http_leads_to_https(edge):
    status, headers, _ = ask(edge, f"http://{HOST}:8080/hub/home?next=x")
    assert status == 308
    assert headers["Location"] == f"https://{HOST}/hub/home?next=x"


def test_the_hub_is_told_what_the_edge_saw_and_not_what_people_claim(edge):
    forwarded = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "http", "Host": HOST}
    passed_on = {  # by Caddy, if it is not told otherwise
        "X-Real-IP": "1.2.3.4",
        "X-Scheme": "http",
        "X-Forwarded-Port": "80",
        "Forwarded": "for=1.2.3.4;proto=http",
    }
    got = json.loads(ask(edge, f"https://{HOST}:8443/", **forwarded, **passed_on)[2])
    assert got["X-Forwarded-Proto"] == "https"
    assert got["Host"] == got["X-Forwarded-Host"] == HOST
    assert "1.2.3.4" not in got["X-Forwarded-For"]
    assert not {name.lower() for name in passed_on} & {name.lower() for name in got}


def test_a_person_of_the_hubs_gets_a_certificate_and_nobody_else_does(edge):
    status, headers, echoed = ask(edge, f"https://{ADA}:8443/")
    assert status == 200
    assert headers["Strict-Transport-Security"] == PINNED
    assert json.loads(echoed)["Host"] == f"{ADA}:8443"
    status, _, refusal = ask(edge, f"https://{BEN}:8443/")
    assert status == 0
    assert "TLSV1_ALERT_INTERNAL_ERROR" in refusal
    assert ask(edge, f"http://{ADA}:8080/x")[1]["Location"] == f"https://{ADA}/x"


def test_without_a_certificate_it_is_not_healthy(image):
    nowhere = ENVIRONMENT | {"ACME_URL": "https://127.0.0.1:1/dir"}
    with container(image, options=options(nowhere, "--health-retries=2")) as name:
        until(lambda: health(name) == "unhealthy", "healthy without a certificate", name)
