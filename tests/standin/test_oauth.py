"""The OAuth flow: what a browser and an application see, and what is refused."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests

from tests.standin.driver import CALLBACK, Client, ask, change_data, told

OTHER_CALLBACK = "http://localhost:8000/elsewhere"


def test_consent_ends_in_tokens_that_name_the_user(client):
    tokens = client.tokens("ben")
    assert {key: tokens[key] for key in ("token_type", "expires_in", "scope")} == {
        "token_type": "Bearer",
        "expires_in": 7200,
        "scope": "read_user read_api",
    }
    assert tokens.keys() >= {"access_token", "refresh_token", "created_at"}
    assert ask(client.server, "user", tokens["access_token"]).json()["username"] == "ben"


def test_the_application_can_authenticate_by_http_basic(client):
    form = {
        "grant_type": "authorization_code",
        "code": client.code(),
        "redirect_uri": CALLBACK,
        "code_verifier": client.verifier,
    }
    answer = requests.post(
        f"{client.server.url}/oauth/token", data=form, auth=(client.uid, client.secret)
    )
    assert answer.status_code == 200


def test_plain_http_from_another_container_is_served(client):
    form = {"client_id": client.uid, "client_secret": client.secret, "code": client.code()}
    form |= {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    answer = requests.post(
        f"{client.server.url}/oauth/token",
        data=form | {"code_verifier": client.verifier},
        headers={"Host": "gitlab:8080"},
    )
    assert answer.status_code == 200


def test_sign_in_comes_before_consent_and_leads_to_it(browser, client):
    address = client.authorize_url()
    sign_in = browser.open(address)
    assert urlsplit(sign_in.url).path == "/users/sign_in"
    consent = browser.sign_in("ben")
    assert "Authorize hub to use your account?" in consent.text
    assert CALLBACK in consent.text
    assert "Read your profile" in consent.text
    assert told(browser.open(address, "POST", decision="authorize"))["state"] == "s t&te"


def test_denied_consent_is_told_to_the_application(browser, client):
    browser.sign_in("ben")
    assert browser.decide(client.authorize_url(), "deny") == {
        "error": "access_denied",
        "error_description": "The resource owner or authorization server denied the request.",
        "state": "s t&te",
    }


def test_consent_is_asked_once_for_the_same_scopes(browser, client):
    browser.sign_in("ben")
    address = client.authorize_url()
    tokens = client.exchange(browser.decide(address)["code"]).json()
    assert told(browser.open(address))["code"]
    fewer = browser.open(client.authorize_url(scope="read_user"))
    assert "Authorize hub" in fewer.text
    client.post("revoke", token=tokens["access_token"])
    assert "Authorize hub" in browser.open(address).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": "unknown"}, "unknown client"),
        ({"client_id": None}, "unknown client"),
        ({"redirect_uri": OTHER_CALLBACK}, "The redirect URI included is not valid."),
        ({"redirect_uri": CALLBACK + "/"}, "The redirect URI included is not valid."),
        ({"redirect_uri": None}, "The redirect URI included is not valid."),
        ({"redirect_uri": '"\u20ac"'}, "The redirect URI included is not valid."),
        ({"scope": "read_user sudo"}, "The requested scope is invalid"),
        ({"scope": None}, "The requested scope is invalid"),
        ({"response_type": "token"}, "does not support this response type"),
        ({"response_type": '"\u20ac"'}, "does not support this response type"),
        ({"code_challenge_method": "S512"}, "code_challenge_method"),
    ],
    ids=str,
)
def test_an_invalid_request_is_explained_and_never_redirected(browser, client, changes, said):
    browser.sign_in("ben")
    answer = browser.open(client.authorize_url(**changes))
    assert answer.status_code == 400
    assert said in answer.text
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"code": "wrong"}, 400, "invalid_grant"),
        ({"redirect_uri": OTHER_CALLBACK}, 400, "invalid_grant"),
        ({"redirect_uri": None}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
    ids=str,
)
def test_a_code_is_not_exchanged(client, changes, status, error):
    form = {"grant_type": "authorization_code", "code": client.code(), "redirect_uri": CALLBACK}
    answer = client.post("token", **(form | {"code_verifier": client.verifier} | changes))
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_code_works_once_even_for_simultaneous_requests(client):
    code = client.code()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(client.exchange, [code] * 8))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7


def test_a_code_is_for_the_application_that_asked(client):
    code = client.code()
    other = Client(client.server)
    assert other.exchange(code, code_verifier=client.verifier).json()["error"] == "invalid_grant"


def test_a_code_lasts_a_minute(client):
    for age, status in [(50, 200), (61, 400)]:
        code = client.code()
        change_data(client.server, "UPDATE code SET created_at = created_at - ?", age)
        assert client.exchange(code).status_code == status, age


def test_a_refresh_token_is_exchanged_once_and_ends_the_old_pair(client):
    old = client.tokens()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(client.refresh, [old["refresh_token"]] * 4))
    [new] = [answer.json() for answer in answers if answer.status_code == 200]
    assert ask(client.server, "user", new["access_token"]).status_code == 200
    assert ask(client.server, "user", old["access_token"]).json() == {
        "error": "invalid_token",
        "error_description": "Token was revoked. You have to re-authorize from the user.",
    }
    assert client.refresh(new["refresh_token"]).status_code == 200


def test_an_access_token_is_no_refresh_token(client):
    tokens = client.tokens()
    assert client.refresh(tokens["access_token"]).json()["error"] == "invalid_grant"
    assert ask(client.server, "user", tokens["refresh_token"]).status_code == 401


def test_an_expired_access_token_is_refused_and_can_be_refreshed(client):
    tokens = client.tokens()
    change_data(client.server, "UPDATE token SET created_at = created_at - 7200")
    answer = ask(client.server, "user", tokens["access_token"])
    assert answer.status_code == 401
    assert answer.json()["error_description"].startswith("Token is expired.")
    assert client.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(client, which):
    tokens = client.tokens()
    assert client.post("revoke", token=tokens[which]).json() == {}
    assert ask(client.server, "user", tokens["access_token"]).status_code == 401
    assert client.refresh(tokens["refresh_token"]).status_code == 400


def test_another_application_cannot_revoke(client):
    tokens = client.tokens()
    Client(client.server).post("revoke", token=tokens["access_token"])
    assert ask(client.server, "user", tokens["access_token"]).status_code == 200


def test_token_info_says_what_a_token_is_good_for(client):
    address = f"{client.server.url}/oauth/token/info"
    token = client.tokens("cleo")["access_token"]
    info = requests.get(address, headers={"Authorization": f"Bearer {token}"}).json()
    assert info["resource_owner_id"] == 3
    assert info["scope"] == ["read_user", "read_api"]
    assert info["application"] == {"uid": client.uid}
    assert 7190 < info["expires_in"] <= 7200
    assert requests.get(address).status_code == 401


def test_a_public_application_needs_pkce_and_no_secret(server):
    client = Client(server, confidential=False)
    assert client.exchange(client.code(), client_secret=None).status_code == 200
    code = client.code(code_challenge=None, code_challenge_method=None)
    answer = client.exchange(code, client_secret=None, code_verifier=None)
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.parametrize("path", ["users/sign_in", "users/sign_out", "oauth/authorize"])
def test_forms_are_refused_without_their_csrf_token(browser, client, path):
    browser.sign_in("ben")
    query = urlsplit(client.authorize_url()).query
    for token in ("", "wrong", "\u20ac"):
        address = f"{client.server.url}/{path}?{query}"
        form = {"username": "ada", "decision": "authorize", "csrf_token": token}
        answer = browser.post(address, data=form, allow_redirects=False)
        assert answer.status_code == 422
    assert "@ben" in browser.get(client.server.url).text


def test_sign_in_knows_who_may(browser):
    blocked = browser.sign_in("mallory")
    assert blocked.status_code == 401
    assert "Your account has been blocked." in blocked.text
    assert browser.sign_in("nobody").status_code == 401
    assert "You are not signed in" in browser.get(browser.server.url).text
    browser.sign_in("ada")
    assert "@ada" in browser.get(browser.server.url).text
    browser.sign_out()
    assert "You are not signed in" in browser.get(browser.server.url).text


def test_answers_are_neither_cached_nor_framed(server, client):
    for path in ("users/sign_in", "api/v4/user", "oauth/authorize", "nowhere"):
        headers = requests.get(f"{server.url}/{path}").headers
        assert "no-store" in headers["Cache-Control"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "no-store" in client.exchange(client.code()).headers["Cache-Control"]


def test_every_page_says_that_it_is_not_gitlab(browser, client):
    browser.sign_in("ben")
    for address in ("/", "/users/sign_in", "/nowhere", "/oauth/authorize"):
        assert "This is not GitLab." in browser.get(client.server.url + address).text
    assert "This is not GitLab." in browser.get(client.authorize_url()).text


def test_neither_log_nor_data_holds_a_secret(server, client):
    code = client.code()
    tokens = client.exchange(code).json()
    secrets = [code, client.secret, server.admin_token, client.verifier]
    secrets += [tokens["access_token"], tokens["refresh_token"]]
    log, data = server.log.read_bytes(), server.data.read_bytes()
    assert b"POST /oauth/token 200" in log
    assert [secret for secret in secrets if secret.encode() in log + data] == []


def test_nothing_is_lost_by_a_restart(server, client, browser):
    browser.sign_in("ben")
    code = browser.decide(client.authorize_url())["code"]
    refresh_token = client.tokens("cleo")["refresh_token"]
    server.stop()
    server.start()
    assert "@ben" in browser.get(server.url).text
    assert client.exchange(code).status_code == 200
    assert client.refresh(refresh_token).status_code == 200
    assert (
        json.dumps(client.uid)
        in requests.get(
            f"{server.url}/api/v4/applications", headers={"PRIVATE-TOKEN": server.admin_token}
        ).text
    )
