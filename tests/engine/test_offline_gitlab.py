"""The offline gitlab plug-in against a small server that answers as GitLab's applications API."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.certificates import Files, make
from tests.engine.offline_plugin import SIGNATURE, Plugin, Values, running, secret

APPLICATION = "gitlab:index/application:Application"
TOKEN = "glpat-canary-41c7"
CLIENT_SECRET = "gloas-canary-9d02"
INPUTS: Values = {
    "name": "jupyterhub",
    "redirectUrl": "https://hub.example/hub/oauth_callback",
    "scopes": ["read_user", "openid"],
}


class Applications(BaseHTTPRequestHandler):
    """`/api/v4/applications`, for one administrator's token."""

    registered: dict[int, Values]

    def answer(self, code: int, body: Any = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode() if body is not None else b"")

    def handle_request(self) -> None:
        if self.headers["PRIVATE-TOKEN"] != TOKEN:
            self.answer(403, {"message": f"403 Forbidden for {self.headers['PRIVATE-TOKEN']}"})
        elif self.command == "POST":
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number = len(self.registered) + 1
            self.registered[number] = {
                "id": number,
                "application_id": f"client-{number}",
                "application_name": body["name"],
                "callback_url": body["redirect_uri"],
                "confidential": body["confidential"],
                "scopes_given": body["scopes"],
            }
            self.answer(201, self.registered[number] | {"secret": CLIENT_SECRET})
        elif self.command == "DELETE":
            gone = self.registered.pop(int(self.path.rpartition("/")[2]), None)
            self.answer(*((204,) if gone else (404, {"message": "404 Not found"})))
        else:
            self.answer(200, list(self.registered.values()))

    do_GET = do_POST = do_DELETE = handle_request  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@contextmanager
def served(tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, dict[int, Values]]]:
    """Serve the API; yield its base URL, and what is registered there."""
    registered: dict[int, Values] = {}
    handler = type("Handler", (Applications,), {"registered": registered})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        scheme = "https" if tls else "http"
        yield f"{scheme}://localhost:{server.server_port}/api/v4/", registered
        server.shutdown()
        thread.join()


@pytest.fixture
def gitlab() -> Iterator[tuple[str, dict[int, Values]]]:
    with served() as gitlab:
        yield gitlab


@pytest.fixture
def certificate(tmp_path: Path) -> Files:
    return make(tmp_path / "gitlab", "localhost")


@pytest.fixture
def secure(certificate: Files) -> Iterator[tuple[str, dict[int, Values]]]:
    """As `gitlab`, with `certificate`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate_file, certificate.key_file)
    with served(context) as gitlab:
        yield gitlab


@pytest.fixture
def plugin(tmp_path: Path) -> Iterator[Plugin]:
    with running("gitlab", tmp_path) as plugin:
        yield plugin


def test_an_application_lives_its_life(
    plugin: Plugin, gitlab: tuple[str, dict[int, Values]]
) -> None:
    url, registered = gitlab
    plugin.configure(baseUrl=url, token=secret(TOKEN))
    made = plugin.create(APPLICATION, "login", INPUTS)
    assert made.id == "1"
    assert made.shown["applicationId"] == "client-1"
    assert made.shown["secret"] == CLIENT_SECRET
    assert made.shown["confidential"] is True
    assert SIGNATURE in made.outputs["secret"]
    assert registered[1]["scopes_given"] == "read_user openid"
    assert plugin.read(made) == made
    assert plugin.kinds(made, INPUTS | {"scopes": ["openid", "read_user"]}) == {}
    assert plugin.kinds(made, INPUTS | {"redirectUrl": "https://b"}) == {
        "redirectUrl": "UPDATE_REPLACE"
    }
    registered[1]["callback_url"] = "https://elsewhere"
    drifted = plugin.read(made)
    assert drifted is not None
    assert plugin.kinds(drifted, INPUTS) == {"redirectUrl": "UPDATE_REPLACE"}
    assert drifted.shown["secret"] == CLIENT_SECRET
    registered.clear()
    assert plugin.read(made) is None
    plugin.delete(made)


def test_a_gitlab_with_an_authority_of_its_own(
    plugin: Plugin, secure: tuple[str, dict[int, Values]], certificate: Files
) -> None:
    url, registered = secure
    plugin.configure(baseUrl=url, token=secret(TOKEN), cacertFile=certificate.certificate_file)
    made = plugin.create(APPLICATION, "login", INPUTS)
    assert plugin.read(made) == made
    plugin.delete(made)
    assert registered == {}


@pytest.mark.parametrize("authority", ["none", "another", "missing"])
def test_an_authority_that_does_not_vouch_for_gitlab_is_told(
    plugin: Plugin, secure: tuple[str, dict[int, Values]], tmp_path: Path, authority: str
) -> None:
    file = tmp_path / "other/site.pem"
    if authority == "another":
        make(file.parent, "localhost")
    settings = {} if authority == "none" else {"cacertFile": str(file)}
    plugin.configure(baseUrl=secure[0], token=secret(TOKEN), **settings)
    with pytest.raises(grpc.RpcError) as caught:
        plugin.create(APPLICATION, "login", INPUTS)
    told = caught.value.details()
    assert f"cannot register application jupyterhub: GitLab at {secure[0]}" in told
    assert ("is not trusted; give" if authority != "missing" else "does not answer") in told
    assert "gitlab:cacertFile" in told


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"token": "glpat-other-canary"},
            "the token needs the scope api and an administrator's account. Without one, register "
            "the application by hand and remove the token: docs/sign-in.md says how",
        ),
        ({}, "gitlab:token is not set"),
        ({"token": TOKEN, "baseUrl": "http://127.0.0.1:9/api/v4"}, "http://127.0.0.1:9/api/v4"),
    ],
)
def test_refusals_name_the_remedy_and_no_token(
    plugin: Plugin,
    gitlab: tuple[str, dict[int, Values]],
    monkeypatch: pytest.MonkeyPatch,
    settings: Values,
    told: str,
) -> None:
    monkeypatch.delenv("GITLAB_TOKEN", raising=False)
    plugin.configure(**{"baseUrl": gitlab[0], **settings})
    with pytest.raises(grpc.RpcError) as caught:
        plugin.create(APPLICATION, "login", INPUTS)
    assert told in caught.value.details()
    assert "canary" not in caught.value.details()


def test_a_base_url_without_the_api_and_foreign_settings_are_refused(plugin: Plugin) -> None:
    failures = plugin.check_config(baseUrl="https://gitlab.example", clientCert="x")
    assert "must end with /api/v4/" in failures["baseUrl"]
    assert "official plug-in only" in failures["clientCert"]
    assert plugin.check_config(baseUrl="https://gitlab.example/api/v4", token="t") == {}
