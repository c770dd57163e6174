"""What administrators of the hub may do, and what they may not."""

import hashlib
import json
import sqlite3
import time

import pytest
import requests


@pytest.fixture(scope="module")
def ada(hub):
    return hub.person("ada")


@pytest.fixture(scope="module")
def ben(hub):
    return hub.person("ben")


def test_nobody_has_jupyterhubs_own_admin(ada, ben):
    del ben
    mine = ada.api("GET", "user")
    assert (mine["admin"], sorted(mine["roles"])) == (False, ["administrator", "user"])
    assert not {"admin:auth_state", "admin:users", "tokens", "access:servers"} & {*mine["scopes"]}
    people = {one["name"]: one for one in ada.api("GET", "users")}
    assert people["ben"]["roles"] == ["user"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "users/ben", {"name": "benny"}),
        ("PATCH", "users/ben", {"admin": True}),
        ("PATCH", "users/ben", {"auth_state": {}}),
        ("PATCH", "users/ada", {"admin": True}),
        ("POST", "users/zoe", {"admin": True}),
        ("POST", "users", {"usernames": ["zoe"], "admin": True}),
        ("POST", "users/ben/tokens", {}),
        ("GET", "users/ben/tokens", None),
        ("POST", "users/ada/tokens", {"scopes": ["admin:auth_state"]}),
        ("POST", "users/ada/tokens", {"roles": ["admin"]}),
        ("POST", "groups/staff", {}),
        ("POST", "groups/lab/users", {"users": ["ada"]}),
        ("GET", "info", None),
        ("GET", "proxy", None),
        ("POST", "shutdown", {}),
        ("POST", "services/mine", {}),
        ("GET", "metrics", None),
    ],
    ids=str,
)
def test_an_administrator_is_refused(ada, ben, method, path, body):
    del ben
    assert ada.ask(method, path, json=body).status_code in {400, 403, 404}


def test_no_answer_has_anybodys_gitlab_token(hub, ada, ben):
    del ben
    with sqlite3.connect(hub.gitlab.data) as db:
        assert db.execute("SELECT count(*) FROM token").fetchone()[0] >= 2
    for path in ("users", "users/ben", "users/ada", "groups"):
        text = ada.ask("GET", path).text
        assert "access_token" not in text
        assert "refresh_token" not in text


def test_logs_are_for_administrators_and_whose_server_it_was(hub, ada, ben):
    hub.folder.joinpath("endings").mkdir(exist_ok=True)
    told = {"server": "ben", "at": time.time(), "exit_code": 1, "out_of_memory": False}
    told |= {"memory_mib": 1, "stopped": False, "log": "<script>"}
    name = hashlib.sha256(b"ben").hexdigest()
    hub.folder.joinpath("endings", f"{name}.json").write_text(json.dumps(told))
    assert ada.api("GET", "users/ben/ending")["log"] == "<script>"
    assert ben.api("GET", "users/ben/ending")["why"] == "It ended with exit code 1."
    assert ben.ask("GET", "users/ada/ending").status_code == 404
    labctl = {"Authorization": f"token {hub.environment['LABCTL_API_TOKEN']}"}
    assert requests.get(f"{hub.url}/hub/api/users/ben/ending", headers=labctl).ok
    page = f"{hub.url}/hub/endings?server=ben"
    assert [one.session.get(page).status_code for one in (ada, ben)] == [200, 403]
    assert "&lt;script&gt;" in ada.session.get(page).text


def test_an_administrator_looks_after_people(ada, ben):
    assert ada.session.get(f"{ada.site}/hub/admin").status_code == 200
    assert {one["name"] for one in ada.api("GET", "users")} >= {"ada", "ben"}
    assert "ben" in {user for group in ada.api("GET", "groups") for user in group["users"]}
    [made] = ada.api("POST", "users", json={"usernames": ["dora"]})
    assert (made["name"], made["admin"]) == ("dora", False)
    assert ada.ask("POST", "users/elsa", json={}).status_code == 201
    for name in ("dora", "elsa"):
        assert ada.ask("DELETE", f"users/{name}").status_code == 204
    assert ben.session.get(f"{ben.site}/hub/admin").status_code == 403
    assert ben.ask("POST", "users/elsa", json={}).status_code == 403


def test_an_administrator_starts_and_stops_a_server_but_does_not_open_it(hub, ada, ben):
    assert ben.home().ok
    assert ada.ask("POST", "users/ben/server").status_code == 201
    assert ben.session.get(f"{hub.url}/user/ben/").json()["name"] == "ben"
    page = ada.session.get(f"{hub.url}/user/ben/")
    assert page.status_code == 403
    assert "You do not have permission to access" in page.text
    assert ada.ask("DELETE", "users/ben/server").status_code == 204


def test_who_was_admin_in_the_database_is_none_after_a_start(hub, ada):
    with sqlite3.connect(hub.folder / "jupyterhub.sqlite") as db:
        db.execute("UPDATE users SET admin = 1")
    hub.restart()
    assert ada.api("GET", "user")["admin"] is False
    assert "admin:users" not in ada.api("GET", "user")["scopes"]
    with sqlite3.connect(hub.folder / "jupyterhub.sqlite") as db:
        assert db.execute("SELECT count(*) FROM users WHERE admin").fetchone() == (0,)


def test_administrators_open_servers_where_the_stack_file_says_so(hub, ada, ben):
    hub.rules["admins_open_servers"] = True
    hub.restart()
    assert ben.home().ok
    assert "access:servers" in ada.api("GET", "user")["scopes"]
    assert "access:servers" not in ben.api("GET", "user")["scopes"]
    hub.rules["admins_open_servers"] = False
    hub.restart()
    assert "access:servers" not in ada.api("GET", "user")["scopes"]


def test_who_is_no_longer_named_is_no_administrator(hub, ada):
    hub.rules["admin_users"] = []
    hub.restart()
    assert ada.api("GET", "user")["roles"] == ["user"]
    assert ada.session.get(f"{ada.site}/hub/admin").status_code == 403
