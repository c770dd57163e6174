"""Who comes in, and as what: the hub's own login_config.py against the stand-in."""

import asyncio
import json
import re
import ssl
import subprocess
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from tornado.httpclient import HTTPClientError, HTTPResponse
from tornado.web import HTTPError
from traitlets.config.loader import PyFileConfigLoader

from hubconfig.sections.gitlab import GitLabArgs
from hubconfig.servers import Servers
from tests.hub_modules import told
from tests.standin.driver import CALLBACK, Callback, Client, Server, change_data

HUB = Path(__file__).parents[2] / "images" / "hub"
START_SERVER = HUB.parent / "singleuser" / "start-singleuser.sh"
USERS = ("ada", "ben", "cleo")


class Person:
    """What JupyterHub's database keeps of somebody who has signed in."""

    def __init__(self, learned):
        self.name, self.state = learned["name"], learned["auth_state"]
        self.orm_user, self.db = SimpleNamespace(), SimpleNamespace(commit=lambda: None)
        self.api_tokens, self.oauth_codes, self.spawners = (), (), {}

    async def get_auth_state(self):
        return self.state

    async def save_auth_state(self, state):
        self.state = state


class Hub:
    """The part of a hub that signs people in, configured as in its container."""

    def __init__(
        self, server, folder, monkeypatch, rules, *, client=None, servers=None, **settings
    ):
        outside = {"url": server.url, "internal_url": "https://gitlab.example.org"}
        self.args = GitLabArgs.model_validate(outside | rules)
        servers = Servers.model_validate(servers or {})
        scopes = self.args.scopes(groups_used=servers.uses_groups)
        self.client = client or Client(server, " ".join(scopes))
        for file in HUB.glob("*.py"):
            if not (folder / file.name).exists():
                (folder / file.name).symlink_to(file)
        content = json.loads(told(servers, self.args))
        content["gitlab"] |= {"callback_url": CALLBACK, "scopes": scopes}
        content["gitlab"] |= {"internal_url": server.url, **settings}  # it is on this machine
        (folder / "settings.json").write_text(json.dumps(content))
        monkeypatch.setenv("GITLAB_CLIENT_ID", self.client.uid)
        monkeypatch.setenv("GITLAB_CLIENT_SECRET", self.client.secret)
        self.config = PyFileConfigLoader("login_config.py", path=str(folder)).load_config()

    def authenticator(self):
        return self.config.JupyterHub.authenticator_class(config=self.config)

    def sign_in(self, username, known=None):
        """Return what the hub learns of a user, or None for one whom no rule lets in.

        `known` is somebody whom the hub has in its database.
        """
        handler = Callback(self.client.code(username), self.client.verifier, known)

        async def run():
            return await self.authenticator().get_authenticated_user(handler, None)

        return asyncio.run(run())

    def refresh(self, person):
        async def run():
            return await self.authenticator().refresh_user(person)

        return asyncio.run(run())


@pytest.fixture
def hub(server, tmp_path, monkeypatch):
    """Make a hub with rules; `client` is the application of an earlier one."""

    def make(rules, **more):
        return Hub(server, tmp_path, monkeypatch, rules, **more)

    return make


@pytest.mark.parametrize(
    ("rules", "allowed", "admins"),
    [
        ({"allow": {"users": ["dora"]}}, "", ""),
        ({"allow": {"everyone": True}}, "ada ben cleo", ""),
        ({"allow": {"users": ["cleo"]}}, "cleo", ""),
        ({"allow": {"groups": ["lab"]}}, "ada ben", ""),
        ({"allow": {"groups": ["guests"]}}, "ada cleo", ""),  # cleo is a Guest there
        ({"allow": {"groups": ["lab/gpu"]}}, "ada ben cleo", ""),  # ada and ben inherit
        ({"allow": {"groups": ["nowhere", "no/where"]}}, "", ""),
        # Developers and higher; cleo is a Reporter, ada an Owner by inheritance.
        ({"allow": {"projects": ["lab/notebooks"]}}, "ada ben", ""),
        ({"allow": {"projects": [21]}}, "ada ben", ""),
        ({"allow": {"projects": ["lab/nowhere", 99]}}, "", ""),
        ({"allow": {"users": ["cleo"], "projects": [21]}}, "ada ben cleo", ""),
        ({"allow": {"users": ["cleo"], "groups": ["lab"]}}, "ada ben cleo", ""),
        ({"allow": {"users": ["cleo"]}, "admin_users": ["ben"]}, "ben cleo", "ben"),
        ({"allow": {"users": ["ben"]}, "admin_groups": ["guests"]}, "ada ben cleo", "ada cleo"),
        ({"allow": {"users": ["x"]}, "admin_groups": ["lab/gpu"]}, "ada ben cleo", "ada ben cleo"),
        (
            {"allow": {"users": ["x"]}, "admin_users": ["ben"], "admin_groups": ["guests"]},
            "ada ben cleo",
            "ada ben cleo",
        ),
    ],
    ids=str,
)
def test_rules_let_in_whom_they_name(hub, rules, allowed, admins):
    hub = hub(rules)
    learned = {user: hub.sign_in(user) for user in USERS}
    assert [user for user in USERS if learned[user]] == allowed.split()
    assert [
        user for user in USERS if learned[user] and administers(learned[user])
    ] == admins.split()


def administers(learned):
    assert learned["admin"] is False, "JupyterHub's own admin may do anything"
    return "administrator" in {role["name"] for role in learned["roles"]}


def invite(people):
    visitors = {"id": 14, "full_path": "visitors", "name": "Visitors"}
    people["groups"]["visitors"] = visitors | {"invited": {"guests": "Developer"}}


def test_members_of_an_invited_group_count(hub, server):
    hub = hub({"allow": {"groups": ["visitors"]}})
    with server.changed(invite):
        assert [user for user in USERS if hub.sign_in(user)] == ["ada", "cleo"]
        assert hub.sign_in("cleo")["groups"] == ["guests", "lab/gpu", "visitors"]


SHARED = {"source": "/srv/x", "target": "/home/ubuntu/x"}


@pytest.mark.parametrize(
    "servers",
    [
        {"profiles": [{"name": "Small"}, {"name": "Large", "groups": ["visitors"]}]},
        {"notebook": {"shared": [SHARED | {"groups": ["visitors"]}]}},
    ],
    ids=["a profile's", "a shared directory's"],
)
def test_an_invited_group_need_not_be_in_a_rule(hub, server, servers):
    hub = hub({"allow": {"everyone": True}}, servers=servers)
    with server.changed(invite):
        assert hub.sign_in("cleo")["groups"] == ["guests", "lab/gpu", "visitors"]
        assert hub.sign_in("ben")["groups"] == ["lab", "lab/gpu"]


def test_groups_are_the_full_paths_of_all_memberships(hub):
    hub = hub({"allow": {"groups": ["lab"]}})
    assert hub.sign_in("ada")["groups"] == ["guests", "lab", "lab/gpu"]
    assert hub.sign_in("ben")["groups"] == ["lab", "lab/gpu"]


def test_groups_are_read_from_every_page(hub, server):
    def many(people):
        for n in range(250):
            group = {"id": 100 + n, "full_path": f"g{n}", "name": "G", "members": {"ben": "Guest"}}
            people["groups"][f"g{n}"] = group

    with server.changed(many):
        assert len(hub({"allow": {"groups": ["g249"]}}).sign_in("ben")["groups"]) == 252


def test_without_a_rule_on_memberships_none_is_read(hub):
    hub = hub({"allow": {"users": ["ada"]}})
    assert hub.client.scopes == "read_user"
    assert hub.config.GitLabGroupsAuthenticator.manage_groups is False
    assert "groups" not in hub.sign_in("ada")


def test_user_names_are_in_lower_case(hub, server):
    def rename(people):
        del people["groups"]["lab"]["members"]["ben"]
        del people["projects"]["lab/notebooks"]["members"]["ben"]
        people["users"]["ben"]["username"] = "Li-Hua"

    hub = hub({"allow": {"users": ["li-hua"]}})
    with server.changed(rename):
        assert hub.sign_in("Li-Hua")["name"] == "li-hua"


def take_bens_name(people):
    rename(people)
    people["users"]["cleo"]["username"] = "ben"
    del people["groups"]["guests"]["members"]["cleo"]
    del people["groups"]["lab/gpu"]["members"]["cleo"]
    del people["projects"]["lab/notebooks"]["members"]["cleo"]


def test_who_takes_a_released_name_gets_nothing_of_its_first_owner(hub, server):
    hub = hub({"allow": {"everyone": True}, "admin_users": ["ben"]})
    ben = Person(hub.sign_in("ben"))
    with server.changed(take_bens_name):
        with pytest.raises(HTTPError, match="delete the user ben in the hub") as refused:
            hub.sign_in("ben", known=ben)
        assert refused.value.status_code == 403
        assert hub.sign_in("ben"), "once the user is deleted, the name is free"
        assert hub.sign_in("benny", known=ben)["name"] == "benny"
    assert hub.sign_in("ben", known=ben), "the first owner has it back"


@pytest.mark.parametrize("state", [None, {"token": "of another authenticator"}])
def test_a_user_of_whom_the_hub_knows_no_account_is_whoever_has_the_name(hub, state):
    hub = hub({"allow": {"everyone": True}})
    assert hub.sign_in("ben", known=Person({"name": "ben", "auth_state": state}))


def test_pkce_and_refreshes_are_on(hub):
    login = hub({"allow": {"everyone": True}}).authenticator()
    assert login.enable_pkce
    assert login.refresh_pre_spawn
    assert login.auth_refresh_strict
    [told] = re.findall(r"cache_max_age=(\d+)", START_SERVER.read_text())
    assert login.auth_refresh_age + int(told) < 60, "the documents say: within a minute"


def block(people):
    people["users"]["ben"]["state"] = "blocked"


def leave_lab(people):
    del people["groups"]["lab"]["members"]["ben"]


def step_down(people):
    people["projects"]["lab/notebooks"]["members"]["ben"] = "Reporter"
    people["groups"]["lab"]["members"]["ben"] = "Reporter"


def rename(people):
    for source in (people["groups"]["lab"], people["projects"]["lab/notebooks"]):
        source["members"]["benny"] = source["members"].pop("ben")
    people["users"]["ben"]["username"] = "benny"


def join_guests(people):
    people["groups"]["guests"]["members"]["ben"] = "Guest"


@pytest.mark.parametrize("expired", [False, True])
@pytest.mark.parametrize(
    ("rules", "change", "groups"),
    [
        ({"groups": ["lab"]}, join_guests, ["guests", "lab", "lab/gpu"]),
        ({"groups": ["lab"]}, leave_lab, None),
        ({"groups": ["lab"]}, step_down, ["lab", "lab/gpu"]),
        ({"groups": ["lab/gpu"]}, leave_lab, None),
        ({"projects": [21]}, step_down, None),
        ({"users": ["ben"]}, leave_lab, False),
        ({"everyone": True}, block, None),
        ({"everyone": True}, rename, None),
    ],
)
def test_a_refresh_applies_the_rules_to_what_gitlab_says_now(hub, rules, change, groups, expired):
    hub = hub({"allow": rules})
    person = Person(hub.sign_in("ben"))
    if expired:
        change_data(hub.client.server, "UPDATE token SET created_at = created_at - 7200")
    with hub.client.server.changed(change):
        learned = hub.refresh(person)
    if groups is None:
        assert learned is False
    else:
        assert learned.get("groups", False) == groups


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"admin_users": ["ben"]}, {}, None),
        ({"admin_groups": ["lab"]}, {"admin_groups": ["guests"]}, None),
        ({"admin_groups": ["lab"]}, {"admin_groups": ["lab"]}, leave_lab),
    ],
)
def test_an_administrator_no_longer_named_loses_the_right(hub, server, before, after, change):
    first = hub({"allow": {"users": ["ben"], "groups": ["lab"]}, **before})
    person = Person(first.sign_in("ben"))
    second = hub({"allow": {"users": ["ben"], "groups": ["lab"]}, **after}, client=first.client)
    assert administers(first.refresh(person))
    with server.changed(change) if change else nullcontext():
        assert not administers(second.refresh(person))


def test_who_is_unknown_to_the_hub_has_to_sign_in(hub):
    stranger = SimpleNamespace(name="ben", get_auth_state=lambda: asyncio.sleep(0, None))
    assert hub({"allow": {"everyone": True}}).refresh(stranger) is False


def test_a_revoked_consent_ends_access(hub):
    hub = hub({"allow": {"everyone": True}})
    person = Person(hub.sign_in("ben"))
    hub.client.post("revoke", token=person.state["access_token"])
    assert hub.refresh(person) is False


def test_requests_at_the_same_time_share_one_refresh(hub, server):
    hub = hub({"allow": {"groups": ["lab"]}})
    person = Person(hub.sign_in("ben"))
    old = person.state["access_token"]
    change_data(server, "UPDATE token SET created_at = created_at - 7200")

    async def run():
        login = hub.authenticator()
        return await asyncio.gather(*(login.refresh_user(person) for _ in range(5)))

    tokens = {learned["auth_state"]["access_token"] for learned in asyncio.run(run())}
    assert len(tokens) == 1
    assert old not in tokens


def test_new_tokens_are_kept_though_gitlab_fails_right_after(hub, server):
    hub = hub({"allow": {"groups": ["lab"]}})
    person = Person(hub.sign_in("ben"))
    change_data(server, "UPDATE token SET created_at = created_at - 7200")

    async def fails_at_the_second_question():
        login = hub.authenticator()
        answer = login.token_to_user

        async def then_fail(token):
            login.token_to_user = fail
            return await answer(token)

        async def fail(_):
            raise ConnectionResetError

        login.token_to_user = then_fail
        return await login.refresh_user(person)

    assert asyncio.run(fails_at_the_second_question()) is True
    assert hub.refresh(person)["name"] == "ben"


@pytest.mark.parametrize("code", [200, 429, 500, 502, 503, 599])
@pytest.mark.parametrize("where", ["/user", "/groups", "/members/all/2"])
def test_a_gitlab_in_trouble_signs_nobody_out(hub, monkeypatch, code, where):
    hub = hub({"allow": {"groups": ["lab"], "projects": [21]}})
    person = Person(hub.sign_in("ben"))

    async def run():
        login = hub.authenticator()
        fetch = login.http_client.fetch

        async def answer(request, **kwargs):
            if not request.url.split("?")[0].endswith(where):
                return await fetch(request, **kwargs)
            if code == 200:  # of a proxy, not GitLab
                return HTTPResponse(request, code, buffer=BytesIO(b"<h1>We will be back soon</h1>"))
            error = HTTPClientError(code)
            if kwargs["raise_error"] or code == 599:  # Tornado's own, for a timeout
                raise error
            return HTTPResponse(request, code, error=error)

        monkeypatch.setattr(login.http_client, "fetch", answer)
        login.allowed_groups = {"guests"}  # asked for by name, as it is not among ben's
        return await login.refresh_user(person)

    assert asyncio.run(run()) is True


def test_a_gitlab_that_is_down_signs_nobody_out(tmp_path, monkeypatch):
    with Server(tmp_path) as server:
        hub = Hub(server, tmp_path, monkeypatch, {"allow": {"groups": ["lab"]}})
        person = Person(hub.sign_in("ben"))
        server.stop()
        assert hub.refresh(person) is True
        server.start()
        assert hub.refresh(person)["name"] == "ben"


class Secure(BaseHTTPRequestHandler):
    """As much of a GitLab as answers who somebody is."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"username": "ben"}')

    def log_message(self, *_):
        pass


@pytest.fixture
def secure(tmp_path):
    """A GitLab for whose certificate only the file yielded with its address vouches."""
    key, certificate = tmp_path / "gitlab.key", tmp_path / "gitlab.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    command += f" -addext subjectAltName=DNS:localhost -keyout {key} -out {certificate}"
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), Secure) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever).start()
        yield f"https://localhost:{server.server_port}", str(certificate)
        server.shutdown()


@pytest.mark.parametrize("trusted", [True, False])
def test_gitlab_may_have_a_ca_of_its_own(hub, secure, trusted):
    url, certificate = secure
    settings = {"internal_url": url, "ca_file": certificate if trusted else None}
    login = hub({"allow": {"everyone": True}}, **settings).authenticator()
    asked = login.token_to_user({"access_token": "t", "token_type": "bearer"})
    with nullcontext() if trusted else pytest.raises(ssl.SSLCertVerificationError):
        assert asyncio.run(asked)["username"] == "ben"
