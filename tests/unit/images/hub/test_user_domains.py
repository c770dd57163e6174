"""Host names of people's servers, and requests by names that are not the hub's."""

import asyncio
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from jupyterhub import orm
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from tests.hub_modules import on_path

with on_path():
    user_domains: Any = import_module("user_domains")

SITE = "https://hub.example.org/"
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9-]+)+")
HOOK = user_domains.UserDomains("people.example.org")
PLAIN = ["ada", "li-hua", "a", "user1", "1up", "x" * 63, "u-ab", "hub", "www"]
ODD = [
    *("a.b", "ab", "a_b", "a-b.c", "_x", "-x", "x-", "x.", "123", "1.2"),
    *("x" * 64, "x" * 255, "x" * 64 + ".", "li--hua", "xn--nxasmq6b", "u-ab--abc", "--", "."),
    *("müller", "jürgen", "a b", "a/b", "a@b", "a%b", "Ada"),
]
"""GitLab's names have letters, digits, underscores, dots and hyphens; JupyterHub allows any."""


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_name_is_the_label(name):
    assert HOOK(name, "hub.example.org", "user") == f"{name}.people.example.org"


@pytest.mark.parametrize("name", ODD)
def test_any_name_has_a_host_name_of_one_label(name):
    host = HOOK(name, "hub.example.org", "user")
    assert HOST_NAME.fullmatch(host)
    label, _, domain = host.partition(".")
    assert domain == "people.example.org"
    assert label[2:4] != "--", "authorities refuse such labels, but for xn--"


def test_no_two_names_share_a_host_name():
    names = [*PLAIN, *ODD]
    names += [label for label in map(user_domains.label, ODD) if label not in names]
    hosts = {HOOK(name, "", kind) for name in names for kind in ("user", "service")}
    assert len(hosts) == 2 * len(names)


def test_a_name_made_for_the_same_short_digest_has_another_host_name():
    # JupyterHub's own hook gives both u-ab--… with 28 bits of SHA-256.
    label = user_domains.label("a.b")
    assert len(label.rpartition("--")[2]) * 5 >= 128


@pytest.fixture
def database(tmp_path) -> Iterator[Any]:
    session = orm.new_session_factory(f"sqlite:///{tmp_path}/hub.sqlite")()
    session.add_all([orm.User(name="ada"), orm.User(name="a.b")])
    session.commit()
    yield session
    session.close()


@pytest.fixture
def ask(database):
    """Ask the hub's handlers for a path, by a host name."""
    app = Application(
        [
            (r"/hub/elsewhere(/.*)", user_domains.Elsewhere, {"site_url": SITE}),
            (r"/hub/known", user_domains.Known, {"site_host": "hub.example.org"}),
        ],
        subdomain_hook=HOOK,
        db=database,
        xsrf_cookies=True,
        log_function=lambda _: None,
    )

    async def run(path: str, host: str, method: str) -> HTTPResponse:
        listening, port = bind_unused_port()
        server = HTTPServer(app)
        server.add_sockets([listening])
        request = HTTPRequest(
            f"http://127.0.0.1:{port}{path}",
            method,
            headers={"Host": host},
            follow_redirects=False,
            allow_nonstandard_methods=True,
        )
        try:
            return await AsyncHTTPClient(force_instance=True).fetch(request, raise_error=False)
        finally:
            server.stop()

    def asked(path: str, host: str = "ada.people.example.org", method: str = "GET") -> HTTPResponse:
        loop = asyncio.new_event_loop()  # asyncio.run would take the session's away
        try:
            return loop.run_until_complete(run(path, host, method))
        finally:
            loop.close()

    return asked


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/user/ada/lab?reset=1&x=%2F", "hub/user/ada/lab?reset=1&x=%2F"),
        ("/user/ada/elsewhere/x", "hub/user/ada/elsewhere/x"),
        ("/hub/home", "hub/home"),
        ("/hub/static/css/style.css?v=1", "hub/static/css/style.css?v=1"),
        ("/", "hub/"),
        ("//evil.example.org/x", "hub//evil.example.org/x"),
        ("/@evil.example.org", "hub/@evil.example.org"),
    ],
)
@pytest.mark.parametrize("host", ["ada.people.example.org", "evil.example.org", "192.0.2.7:8000"])
def test_who_comes_by_another_name_is_led_to_the_hubs_and_gets_no_cookie(ask, host, asked, led_to):
    answer = ask(f"/hub/elsewhere{asked}", host)
    assert (answer.code, answer.headers["Location"]) == (302, f"{SITE}{led_to}")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_by_another_name_nothing_is_changed(ask, method):
    assert ask("/hub/elsewhere/hub/api/users/ada/tokens", method=method).code in {403, 405}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("ada.people.example.org", 200),
        (HOOK("a.b", "", "user"), 200),
        ("ben.people.example.org", 404),
        ("ada.example.org", 404),
        ("x.ada.people.example.org", 404),
        (HOOK("a_b", "", "user"), 404),
        ("a.b.people.example.org", 404),
        ("people.example.org", 404),
        ("", 404),
    ],
)
def test_the_edge_is_told_whether_a_name_is_somebodys(ask, name, status):
    assert ask(f"/hub/known?domain={name}", "172.18.0.2:8081").code == status


@pytest.mark.parametrize("host", ["hub.example.org", "hub.example.org:443", "HUB.example.org"])
def test_who_comes_through_the_proxy_is_not_told_who_is_there(ask, host):
    assert ask("/hub/known?domain=ada.people.example.org", host).code == 404
