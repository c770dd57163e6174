"""The real GitLabOAuthenticator against the stand-in, with PKCE and refresh."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from oauthenticator.gitlab import GitLabOAuthenticator
from tornado.httpclient import HTTPClientError

from tests.standin.driver import CALLBACK, Browser, Callback, Client, Server, ask, change_data


def authenticator(client, **rules):
    return GitLabOAuthenticator(
        gitlab_url=client.server.url,
        client_id=client.uid,
        client_secret=client.secret,
        oauth_callback_url=CALLBACK,
        scope=client.scopes.split(),
        enable_auth_state=True,
        **rules,
    )


def sign_in(client, username, **rules):
    """Return what the hub learns of a user, or None for one whom no rule lets in."""
    handler = Callback(client.code(username), client.verifier)

    async def run():
        return await authenticator(client, **rules).get_authenticated_user(handler, None)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ({}, ""),
        ({"allow_all": True}, "ada ben cleo"),
        ({"allowed_users": {"cleo"}}, "cleo"),
        ({"allowed_gitlab_groups": {"lab"}}, "ada ben"),
        ({"allowed_gitlab_groups": {"guests"}}, "ada cleo"),
        ({"allowed_gitlab_groups": {"nowhere"}}, ""),
        # Inherited members count. By number, as the authenticator escapes the slash of a full
        # path twice (github.com/jupyterhub/oauthenticator/issues/423); GitLab finds no such group.
        ({"allowed_gitlab_groups": {"12"}}, "ada ben cleo"),
        ({"allowed_gitlab_groups": {"lab/gpu"}}, ""),
        # Developers and above; cleo is a Reporter, ada an Owner by inheritance.
        ({"allowed_project_ids": {21}}, "ada ben"),
    ],
    ids=str,
)
def test_rules_let_in_whom_gitlab_says(client, rules, allowed):
    users = {"ada", "ben", "cleo"}
    assert {user for user in users if sign_in(client, user, **rules)} == set(allowed.split())


def test_the_hub_learns_name_role_and_tokens(client):
    learned = sign_in(client, "ada", allow_all=True, admin_users={"ada"})
    assert (learned["name"], learned["admin"]) == ("ada", True)
    assert learned["auth_state"]["gitlab_user"]["email"] == "ada@example.org"
    assert learned["auth_state"]["scope"] == ["read_user", "read_api"]
    assert learned["auth_state"]["refresh_token"]


def test_a_wrong_verifier_is_refused(client):
    handler = Callback(client.code(), "w" * 43)

    async def run():
        await authenticator(client, allow_all=True).get_authenticated_user(handler, None)

    with pytest.raises(HTTPClientError, match="400"):
        asyncio.run(run())


def refresh(client, learned):
    async def auth_state():
        return learned["auth_state"]

    async def run():
        user = SimpleNamespace(name=learned["name"], get_auth_state=auth_state)
        return await authenticator(client).refresh_user(user)

    return asyncio.run(run())


def test_a_revoked_access_token_is_refreshed_when_there_is_a_refresh_token(client):
    learned = sign_in(client, "ben", allow_all=True)
    access_token = learned["auth_state"]["access_token"]
    assert refresh(client, learned)["auth_state"]["access_token"] == access_token

    change_data(client.server, "UPDATE token SET created_at = created_at - 7200")
    refreshed = refresh(client, learned)
    assert refreshed["auth_state"]["access_token"] != access_token
    assert ask(client.server, "user", refreshed["auth_state"]["access_token"]).status_code == 200

    client.post("revoke", token=refreshed["auth_state"]["access_token"])
    assert refresh(client, refreshed) is False


def test_a_user_who_gets_blocked_is_out(tmp_path):
    with Server(tmp_path) as server, Browser(server) as browser:
        client = Client(server)
        browser.sign_in("ben")
        learned = sign_in(client, "ben", allowed_gitlab_groups={"lab"})
        code = client.code("ben")
        people = json.loads(server.people.read_text())
        people["users"][1]["state"] = "blocked"
        server.people.write_text(json.dumps(people))
        server.stop()
        server.start()
        answer = ask(server, "user", learned["auth_state"]["access_token"])
        assert answer.status_code == 403
        assert answer.json() == {"message": "403 Forbidden - Your account has been blocked."}
        assert client.exchange(code).json()["error"] == "invalid_grant"
        assert refresh(client, learned) is False
        assert "You are not signed in" in browser.get(server.url).text
