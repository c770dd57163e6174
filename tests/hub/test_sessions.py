"""How sessions and tokens begin, how long they last, and how they end: copies are replayed."""

import socket
import sqlite3
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from typing import Any

import pytest
import requests

from tests.deployment import until
from tests.person import Person

MORE = "c.GitLabGroupsAuthenticator.auth_refresh_age = 1"
"""The hub asks GitLab again every 30 s; tests are in a hurry."""


class Copy:
    """What somebody took from a browser that was signed in: all of its cookies, and a page."""

    def __init__(self, hub, person):
        self.hub = hub
        self.cookies = {one.name: one.value for one in person.session.cookies}
        page = person.session.get(f"{hub.url}/user/ben/").json()
        self.cookies |= {one.name: one.value for one in person.session.cookies}
        self.page_token = page["token"]

    def opens(self):
        """Name what is open to them still; they have no session in GitLab."""
        taken: dict[str, Any] = {"cookies": self.cookies, "allow_redirects": False}
        header: dict[str, Any] = {"headers": {"Authorization": f"token {self.page_token}"}}
        tries = {
            "hub": requests.get(f"{self.hub.url}/hub/home", **taken),
            "api": requests.get(f"{self.hub.url}/hub/api/user", **taken),
            "server": requests.get(f"{self.hub.url}/user/ben/", **taken),
            "token at hub": requests.get(f"{self.hub.url}/hub/api/user", **header),
            "token at server": requests.get(
                f"{self.hub.url}/user/ben/", allow_redirects=False, **header
            ),
        }
        return [name for name, answer in tries.items() if answer.status_code == 200]


EVERYTHING = ["hub", "api", "server", "token at hub", "token at server"]


@pytest.fixture
def ben(hub):
    """Ben, whose server runs, with two browsers."""
    ben = hub.person("ben")
    ben.other = hub.person("ben")

    def runs():
        answer = ben.ask("POST", "users/ben/server")
        assert answer.status_code in {201, 400}, answer.text  # it may run, or still end
        return answers(hub)

    until(runs)
    yield ben
    again = hub.person("ben")
    for token in again.api("GET", "users/ben/tokens")["api_tokens"]:
        if token["oauth_client"] == "JupyterHub" and token["expires_at"]:
            again.ask("DELETE", f"users/ben/tokens/{token['id']}")


def works(hub, token):
    """Tell whether a token that a person made is good for something."""
    header = {"Authorization": f"token {token}"}
    return requests.get(f"{hub.url}/hub/api/user", headers=header).status_code == 200


def test_signing_out_ends_copies_of_everything_in_all_browsers(hub, ben):
    copies = [Copy(hub, ben), Copy(hub, ben.other)]
    made = ben.api("POST", "users/ben/tokens", json={})["token"]
    assert [copy.opens() for copy in copies] == [EVERYTHING, EVERYTHING]
    ben.session.get(f"{hub.url}/hub/logout")
    until(lambda: [copy.opens() for copy in copies] == [[], []])
    assert works(hub, made), "it is no session"


def test_signing_out_from_a_persons_server_ends_that_browsers_session_only(hub, ben):
    copy = Copy(hub, ben.other)
    ben.session.get(
        f"{hub.url}/hub/logout",
        headers={"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "document"},
    )
    assert ben.session.get(f"{hub.url}/hub/api/user").status_code == 403
    assert copy.opens() == EVERYTHING


def test_a_page_cannot_sign_its_visitor_out_or_start_a_server(hub, ben):
    embedded = [{"Sec-Fetch-Dest": kind} for kind in ("iframe", "image", "empty")]
    for path in ("logout", "spawn", "spawn/ben", "spawn/ben/x"):
        for headers in (*embedded, {"Sec-Fetch-Dest": "document", "Sec-Purpose": "prefetch"}):
            answer = ben.session.get(f"{hub.url}/hub/{path}", headers=headers)
            assert answer.status_code == 403, (path, headers)
    assert ben.api("GET", "user")["name"] == "ben"
    headers = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-site"}
    answer = ben.session.get(f"{hub.url}/hub/spawn", headers=headers, allow_redirects=False)
    assert answer.status_code in {200, 302}, "a link opens it"
    new = f"{hub.url}/hub/spawn/ben/x"
    answer = ben.session.get(new, headers=headers, allow_redirects=False)
    assert answer.headers["Location"] == "/hub/home", "a link makes no server with a name"


def answers(hub):
    """Tell whether the person's server runs."""
    with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", hub.server_port)):
        return True
    return False


def block(people):
    people["users"]["ben"]["state"] = "blocked"


def leave(people):
    del people["groups"]["lab"]["members"]["ben"]


@pytest.mark.parametrize("change", [block, leave])
def test_who_may_no_longer_sign_in_loses_sessions_tokens_and_server(hub, ben, change):
    copy = Copy(hub, ben)
    made = ben.api("POST", "users/ben/tokens", json={})["token"]
    assert works(hub, made)
    assert copy.opens() == EVERYTHING
    with hub.gitlab.changed(change):
        until(lambda: copy.opens() == [])
        assert not works(hub, made)
        until(lambda: not answers(hub))
    assert copy.opens() == []
    assert not works(hub, made)
    assert Person(hub.url).sign_in("ben").ok


def test_while_gitlab_is_down_sessions_and_tokens_stay(hub, ben):
    copy = Copy(hub, ben)
    made = ben.api("POST", "users/ben/tokens", json={})["token"]
    hub.gitlab.stop()
    try:
        hub.restart(MORE)
        assert copy.opens() == EVERYTHING
        assert works(hub, made)
    finally:
        hub.gitlab.start()


def test_a_session_that_was_planted_does_not_survive_signing_in(hub):
    ben = Person(hub.url)
    ben.session.cookies.set("jupyterhub-session-id", "planted", domain="127.0.0.1", path="/")
    ben.sign_in("ben")
    ids = [one.value for one in ben.session.cookies if one.name == "jupyterhub-session-id"]
    assert len(ids) == 1
    assert ids != ["planted"]


@contextmanager
def lasting(hub, seconds):
    hub.restart(session_hours=seconds / 3600)
    try:
        yield
    finally:
        hub.restart(MORE)


def test_cookies_and_page_tokens_end_after_the_sessions_hours(hub, ben):
    assert ben.home().ok
    with lasting(hub, 6):
        again = hub.person("ben")
        copy = Copy(hub, again)
        assert copy.opens() == EVERYTHING
        until(lambda: copy.opens() == [])


def test_browsers_are_told_when_cookies_end(hub):
    ends = {}
    person = Person(hub.url)
    person.session.hooks["response"] = lambda answer, **_: ends.update(seconds_left(answer))
    person.sign_in("ben")
    assert {"jupyterhub-hub-login", "jupyterhub-session-id"} <= ends.keys()
    for name, seconds in ends.items():
        assert 0 < seconds <= 12 * 3600 + 5 or name == "oauthenticator-state", (name, seconds)


def seconds_left(answer):
    """Return how long the cookies last that an answer of the hub sets."""
    now = parsedate_to_datetime(answer.headers["Date"])
    found = {}
    for header in answer.raw.headers.getlist("Set-Cookie"):
        for name, cookie in SimpleCookie(header).items():
            if cookie["expires"] and "/hub" in answer.url:
                found[name] = (parsedate_to_datetime(cookie["expires"]) - now).total_seconds()
    return {name: seconds for name, seconds in found.items() if seconds > 0}


def days(hub, token):
    """Return how many days a token is good for."""
    query = "SELECT julianday(expires_at) - julianday('now') FROM api_tokens WHERE id = ?"
    with sqlite3.connect(hub.folder / "jupyterhub.sqlite") as db:
        return db.execute(query, [token["id"].removeprefix("a")]).fetchone()[0]


def test_a_token_ends_by_itself(hub, ben):
    assert days(hub, ben.api("POST", "users/ben/tokens", json={})) == pytest.approx(90, abs=0.1)
    day = ben.api("POST", "users/ben/tokens", json={"expires_in": 86400})
    assert days(hub, day) == pytest.approx(1, abs=0.1)
    longer = ben.ask("POST", "users/ben/tokens", json={"expires_in": 91 * 86400})
    assert longer.status_code == 400


def test_a_person_has_so_many_tokens_and_no_more(ben):
    only = {"scopes": ["access:servers!user"]}
    mine, *_ = [ben.api("POST", "users/ben/tokens", json=only) for _ in range(20)]
    refused = ben.ask("POST", "users/ben/tokens", json={})
    assert refused.status_code == 400
    assert "You have 20 tokens" in refused.json()["message"]
    assert ben.ask("DELETE", f"users/ben/tokens/{mine['id']}").status_code == 204
    assert ben.ask("POST", "users/ben/tokens", json={}).status_code == 201


def test_nobody_makes_a_token_without_signing_in(hub):
    for body in ({}, {"auth": {"username": "ben", "password": "x"}}):
        answer = requests.post(f"{hub.url}/hub/api/users/ben/tokens?code=x", json=body)
        assert answer.status_code == 403


def test_tokens_without_an_end_get_one_and_the_servers_keep_theirs(hub, ben):
    made = ben.api("POST", "users/ben/tokens", json={})
    copy = Copy(hub, ben)
    endless = "SELECT note FROM api_tokens WHERE expires_at IS NULL AND user_id IS NOT NULL"
    with sqlite3.connect(hub.folder / "jupyterhub.sqlite") as db:
        db.execute("UPDATE api_tokens SET expires_at = NULL")
        assert len(db.execute(endless).fetchall()) > 2
    hub.restart(MORE)
    with sqlite3.connect(hub.folder / "jupyterhub.sqlite") as db:
        [(note,)] = db.execute(endless).fetchall()
    assert note == "Server at /user/ben/"
    assert days(hub, made) == pytest.approx(90, abs=0.1)
    assert copy.opens() == EVERYTHING
