"""The REST API, as python-gitlab and plain requests see it."""

import json
from typing import Any

import gitlab
import pytest
import requests

from tests.standin.driver import CALLBACK, Client, Server, ask


def post(server, body, *, token=None, as_json=True):
    return requests.post(
        f"{server.url}/api/v4/applications",
        headers={"PRIVATE-TOKEN": token or server.admin_token},
        **({"json": body} if as_json else {"data": body}),
    )


WANTED = {"name": "hub", "redirect_uri": CALLBACK, "scopes": "read_user"}


def test_an_application_lives_from_creation_to_deletion(server):
    made = server.gitlab.applications.create(WANTED)
    assert made.application_name == "hub"
    assert made.callback_url == CALLBACK
    assert made.confidential is True
    assert len(made.secret) >= 64
    listed = {app.id: app.attributes for app in server.gitlab.applications.list(get_all=True)}
    assert listed[made.id] == {k: v for k, v in made.attributes.items() if k != "secret"}
    server.gitlab.applications.delete(made.id)
    with pytest.raises(gitlab.GitlabDeleteError, match="404 Application Not Found"):
        server.gitlab.applications.delete(made.id)


def test_deleting_an_application_ends_its_tokens(server, client):
    token = client.tokens()["access_token"]
    server.gitlab.applications.delete(client.id)
    assert ask(server, "user", token).status_code == 401


def test_a_user_who_is_removed_leaves_tokens_of_no_use(server, client):
    def remove(people):
        del people["users"]["ben"]
        del people["groups"]["lab"]["members"]["ben"]
        del people["projects"]["lab/notebooks"]["members"]["ben"]

    token = client.tokens("ben")["access_token"]
    with server.changed(remove):
        answer = ask(server, "user", token)
    assert (answer.status_code, answer.json()) == (401, {"message": "401 Unauthorized"})


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(("given", "confidential"), [("true", True), ("false", False)])
def test_an_application_can_be_posted_as_json_or_form(server, as_json, given, confidential):
    answer = post(server, WANTED | {"confidential": given}, as_json=as_json)
    assert answer.status_code == 201
    assert answer.json()["confidential"] is confidential


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"name": None, "scopes": None}, {"error": "name is missing, scopes is missing"}),
        ({"redirect_uri": None}, {"error": "redirect_uri is missing"}),
        ({"scopes": ""}, {"error": "scopes is empty"}),
        ({"scopes": ["api"]}, {"error": "scopes is invalid"}),
        ({"confidential": "perhaps"}, {"error": "confidential is invalid"}),
        ({"confidential": []}, {"error": "confidential is invalid"}),
        ({"name": " "}, {"message": {"name": ["can't be blank"]}}),
        ({"redirect_uri": ""}, {"message": {"redirect_uri": ["can't be blank"]}}),
        ({"redirect_uri": "/x"}, {"message": {"redirect_uri": ["must be an absolute URI."]}}),
        ({"redirect_uri": "http://["}, {"message": {"redirect_uri": ["must be a valid URI."]}}),
        (
            {"redirect_uri": f"{CALLBACK}\n{CALLBACK}#a"},
            {"message": {"redirect_uri": ["cannot contain a fragment."]}},
        ),
        (
            {"redirect_uri": "javascript://x/%0aalert()"},
            {"message": {"redirect_uri": ["is forbidden by the server."]}},
        ),
        (
            {"scopes": "read_user sudo"},
            {"message": {"scopes": ["doesn't match configured on the server."]}},
        ),
    ],
    ids=str,
)
def test_an_application_with_a_fault_is_refused_in_gitlabs_words(server, changes, body):
    wanted = {key: value for key, value in (WANTED | changes).items() if value is not None}
    answer = post(server, wanted)
    assert (answer.status_code, answer.json()) == (400, body)


def test_who_may_call(server, client):
    unauthorized = (401, {"message": "401 Unauthorized"})
    user_token = client.tokens("ada")["access_token"]
    calls: list[tuple[str, dict[str, Any], tuple[int, dict[str, str]]]] = [
        ("user", {}, unauthorized),
        ("user", {"PRIVATE-TOKEN": "wrong"}, unauthorized),
        ("user", {"PRIVATE-TOKEN": "\u20ac".encode()}, unauthorized),
        ("user", {"Authorization": "Bearer wrong"}, unauthorized),
        ("user", {"Authorization": "Basic YWRhOmFkYQ=="}, unauthorized),
        ("user", {"PRIVATE-TOKEN": user_token}, unauthorized),
        ("applications", {}, unauthorized),
        (
            "applications",
            {"Authorization": f"Bearer {user_token}"},
            (403, {"message": "403 Forbidden"}),
        ),
        ("nowhere", {}, (404, {"error": "404 Not Found"})),
    ]
    for path, headers, expected in calls:
        answer = requests.get(f"{server.url}/api/v4/{path}", headers=headers)
        assert (answer.status_code, answer.json()) == expected, (path, headers)
    for name, prefix in [("PRIVATE-TOKEN", ""), ("Authorization", "Bearer ")]:
        headers = {name: prefix + server.admin_token}
        answer = requests.get(f"{server.url}/api/v4/applications", headers=headers)
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ("read_user", {"user", "users", "version"}),
        ("openid profile email", set()),
        ("read_api", {"user", "users", "version", "groups/lab"}),
        ("api", {"user", "users", "version", "groups/lab"}),
    ],
)
def test_scopes_decide_what_a_token_opens(server, scopes, allowed):
    token = Client(server, scopes).tokens("ben")["access_token"]
    for path in ("user", "users", "version", "groups/lab"):
        answer = ask(server, path, token)
        if path in allowed:
            assert answer.status_code == 200, path
        else:
            assert answer.status_code == 403, path
            assert answer.json()["error"] == "insufficient_scope"


def test_users_are_found_by_number_and_name(server):
    api = server.gitlab
    assert [user.username for user in api.users.list(username="BEN", get_all=True)] == ["ben"]
    assert api.users.list(username="nobody", get_all=True) == []
    assert [user.id for user in api.users.list(get_all=True)] == [1, 2, 3, 4]
    assert api.users.get(4).state == "blocked"
    with pytest.raises(gitlab.GitlabGetError, match="404 User Not Found"):
        api.users.get(99)


def test_the_administrator_token_is_an_administrators(server):
    server.gitlab.auth()
    assert server.gitlab.user.username == "ada"
    assert server.gitlab.user.is_admin
    assert server.gitlab.version() == ("18.5.0", "standin")


@pytest.mark.parametrize("key", [11, "lab"])
def test_a_group_has_members_with_access_levels(server, key):
    group = server.gitlab.groups.get(key)
    members = {member.username: member.access_level for member in group.members.list(get_all=True)}
    assert members == {"ada": 50, "ben": 30, "mallory": 30}
    assert group.members.get(2).username == "ben"
    with pytest.raises(gitlab.GitlabGetError, match="404 Not found"):
        group.members.get(3)


@pytest.mark.parametrize(
    ("kind", "key", "direct", "all_members"),
    [
        ("groups", "lab/gpu", {"cleo": 30}, {"ada": 50, "ben": 30, "mallory": 30, "cleo": 30}),
        (
            "projects",
            "lab/notebooks",
            {"ben": 40, "cleo": 20},
            {"ada": 50, "ben": 40, "mallory": 30, "cleo": 20},
        ),
    ],
)
def test_members_of_a_parent_group_are_inherited(server, kind, key, direct, all_members):
    found = getattr(server.gitlab, kind).get(key)
    for manager, expected in ((found.members, direct), (found.members_all, all_members)):
        listed = {member.username: member.access_level for member in manager.list(get_all=True)}
        assert listed == expected
    assert found.members_all.get(1).access_level == 50


def test_of_several_access_levels_the_highest_counts(tmp_path):
    server = Server(tmp_path)
    people = json.loads(server.people.read_text())
    people["projects"][0]["members"] = {"ada": "Guest", "ben": "Maintainer"}
    server.people.write_text(json.dumps(people))
    with server:
        members = server.gitlab.projects.get(21).members_all
        assert {user_id: members.get(user_id).access_level for user_id in (1, 2)} == {1: 50, 2: 40}


def test_groups_and_projects_are_hidden_from_others(server, client):
    cleo = client.tokens("cleo")["access_token"]
    for path, status, body in [
        ("groups/guests", 200, None),
        ("groups/lab", 404, {"message": "404 Group Not Found"}),
        ("groups/lab/members/all/2", 404, {"message": "404 Group Not Found"}),
        ("groups/nowhere", 404, {"message": "404 Group Not Found"}),
        ("projects/lab%2Fnotebooks", 200, None),
        ("projects/nowhere", 404, {"message": "404 Project Not Found"}),
    ]:
        answer = ask(server, path, cleo)
        assert answer.status_code == status, path
        assert body in (None, answer.json())
    assert [group["full_path"] for group in ask(server, "groups", cleo).json()] == [
        "lab/gpu",
        "guests",
    ]
