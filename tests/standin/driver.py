"""What the tests drive: a running stand-in, a browser, and an application that signs people in."""

import base64
import hashlib
import json
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gitlab
import pytest
import requests
from oauthenticator.oauth2 import _serialize_state

from tests.deployment import free_port

IMAGE = Path(__file__).parents[2] / "images" / "gitlab-standin"
CALLBACK = "http://localhost:8000/hub/oauth_callback"
START_SECONDS = 20


class Server:
    """The stand-in as its container runs it, on a port and with a data file of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.admin_token = secrets.token_hex(24)
        self.job_token = secrets.token_hex(24)
        self.data = folder / "standin.sqlite3"
        self.people = folder / "people.json"
        shutil.copy(IMAGE / "standin" / "demo.json", self.people)
        self.log = folder / "log"
        self.gitlab = gitlab.Gitlab(self.url, private_token=self.admin_token)

    def start(self) -> None:
        environment = {
            "STANDIN_EXTERNAL_URL": self.url,
            "STANDIN_ADMIN_TOKEN": self.admin_token,
            "STANDIN_JOB_TOKEN": self.job_token,
            "STANDIN_DATA": str(self.data),
            "STANDIN_PEOPLE": str(self.people),
        }
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command(f"127.0.0.1:{self.port}"), cwd=IMAGE, env=environment, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                return requests.get(f"{self.url}/-/health", timeout=1).raise_for_status()
            except (requests.ConnectionError, requests.Timeout):
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.05)
        pytest.fail(self.log.read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    @contextmanager
    def changed(self, change: Callable[[dict[str, Any]], object]) -> Iterator[None]:
        """Change the people, as their administrator would, for a while."""
        original = self.people.read_text()
        people = {
            "users": {user["username"]: user for user in json.loads(original)["users"]},
            **{
                kind: {source["full_path"]: source for source in json.loads(original)[kind]}
                for kind in ("groups", "projects")
            },
        }
        change(people)
        self.write_people(json.dumps({kind: [*them.values()] for kind, them in people.items()}))
        try:
            yield
        finally:
            self.write_people(original)

    def write_people(self, text: str) -> None:
        new = self.people.with_suffix(".new")
        new.write_text(text)
        new.replace(self.people)

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.gitlab.session.close()


def command(listen: str) -> list[str]:
    """The Dockerfile's CMD; -B as nothing is to be left in the image's build context."""
    standin = ["--call", "standin:create_app"]
    return [sys.executable, "-B", "-m", "waitress", f"--listen={listen}", *standin]


class Browser(requests.Session):
    """Somebody's browser: it follows redirects within the stand-in and fills in its forms."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server

    def open(self, address: str, method: str = "GET", **form: str) -> requests.Response:
        if method == "POST":
            form["csrf_token"] = self.csrf_token()
        answer = self.request(method, address, data=form, allow_redirects=False)
        while answer.is_redirect and answer.headers["Location"].startswith("/"):
            answer = self.get(self.server.url + answer.headers["Location"], allow_redirects=False)
        return answer

    def sign_in(self, username: str) -> requests.Response:
        return self.open(f"{self.server.url}/users/sign_in", "POST", username=username)

    def sign_out(self) -> requests.Response:
        return self.open(f"{self.server.url}/users/sign_out", "POST")

    def csrf_token(self) -> str:
        page = self.get(f"{self.server.url}/users/sign_in").text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page
        return found[1]

    def decide(self, address: str, decision: str = "authorize") -> dict[str, str]:
        """Answer the consent page; return what the application is told."""
        return told(self.open(address, "POST", decision=decision))


def told(answer: requests.Response) -> dict[str, str]:
    location = answer.headers["Location"]
    assert location.startswith(f"{CALLBACK}?")
    return {key: value for key, [value] in parse_qs(urlsplit(location).query).items()}


class Client:
    """An application that signs people in."""

    def __init__(self, server: Server, scopes: str = "read_user read_api", **settings: Any) -> None:
        self.server = server
        self.scopes = scopes
        made = server.gitlab.applications.create(
            {"name": "hub", "redirect_uri": CALLBACK, "scopes": scopes, **settings}
        )
        self.id, self.uid, self.secret = made.id, made.application_id, made.secret
        self.verifier = secrets.token_urlsafe(32)

    def authorize_url(self, **changes: str | None) -> str:
        challenge = hashlib.sha256(self.verifier.encode()).digest()
        query: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.uid,
            "redirect_uri": CALLBACK,
            "scope": self.scopes,
            "state": "s t&te",
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        address = f"{self.server.url}/oauth/authorize"
        return str(requests.Request("GET", address, params=query | changes).prepare().url)

    def code(self, username: str = "ben", **changes: str | None) -> str:
        with Browser(self.server) as browser:
            browser.sign_in(username)
            address = self.authorize_url(**changes)
            page = browser.open(address)
            return (told(page) if page.is_redirect else browser.decide(address))["code"]

    def exchange(self, code: str, **changes: str | None) -> requests.Response:
        form = {"code": code, "redirect_uri": CALLBACK, "code_verifier": self.verifier}
        return self.post("token", grant_type="authorization_code", **(form | changes))

    def refresh(self, refresh_token: str) -> requests.Response:
        return self.post("token", grant_type="refresh_token", refresh_token=refresh_token)

    def post(self, endpoint: str, **form: str | None) -> requests.Response:
        credentials = {"client_id": self.uid, "client_secret": self.secret}
        return requests.post(f"{self.server.url}/oauth/{endpoint}", data=credentials | form)

    def tokens(self, username: str = "ben") -> dict[str, Any]:
        answer = self.exchange(self.code(username))
        answer.raise_for_status()
        return answer.json()


class Callback:
    """The hub's handler of the redirect that ends the browser's part."""

    def __init__(self, code: str, verifier: str, known: Any = None) -> None:
        self.code, self.verifier, self.known = code, verifier, known

    def get_argument(self, name: str) -> str:
        return {"code": self.code}[name]

    def get_state_cookie(self) -> Any:
        return _serialize_state({"code_verifier": self.verifier})

    def find_user(self, name: str) -> Any:
        return self.known if self.known and self.known.name == name else None


def ask(server: Server, path: str, token: str) -> requests.Response:
    """Call the API with an OAuth token."""
    return requests.get(f"{server.url}/api/v4/{path}", headers={"Authorization": f"Bearer {token}"})


def change_data(server: Server, statement: str, *values: object) -> None:
    """Change the data under the running server, as the passing of time would."""
    with closing(sqlite3.connect(server.data)) as db, db:
        db.execute(statement, values)
