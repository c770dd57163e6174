"""The application that people sign in with: registered by the program, or by hand."""

import json
from typing import Any

import pulumi
import pytest
from pydantic import ValidationError

from components.gitlab_login import GitLabLogin
from components.gitlab_settings import CA_FILE, GitLabArgs
from components.settings import Stack
from components.site import SiteArgs
from tests.unit.conftest import CONFIG

URL = "https://git.example.org"
ANYBODY = {"url": URL, "allow": {"everyone": True}}
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def program(gitlab: dict[str, Any], **config: str) -> dict[str, Any]:
    return CONFIG | {"gitlab": ANYBODY | gitlab} | config


TOKEN, SECRET = "gitlab:token", "jupyterhub:gitlabClientSecret"


def test_with_a_token_the_application_is_registered(declare_program):
    declared = declare_program(program({}, **{TOKEN: "t"}))
    assert (
        declared["login-application"]["redirectUrl"] == "http://localhost:8000/hub/oauth_callback"
    )
    assert declared["login-api"]["baseUrl"] == f"{URL}/api/v4/"


def test_without_one_the_application_made_by_hand_is_used(declare_program):
    declared = declare_program(program({"client_id": "by-hand"}, **{SECRET: "canary"}))
    assert not {"login-application", "login-api"} & declared.keys()
    environment = declared["hub-container"].pop("envs")
    assert environment.keys() > {"value"}, "a secret input arrives wrapped; this one does not"
    assert "GITLAB_CLIENT_ID=by-hand" in environment["value"]
    assert "GITLAB_CLIENT_SECRET=canary" in environment["value"]
    assert "canary" not in json.dumps(declared["hub-container"])


@pytest.mark.parametrize(
    ("gitlab", "config", "found"),
    [
        ({}, {}, "neither a token nor an application"),
        ({"client_id": "i"}, {}, "jupyterhub:gitlab.client_id;"),
        ({}, {SECRET: "canary"}, "jupyterhub:gitlabClientSecret;"),
        ({"client_id": "i"}, {TOKEN: "canary"}, "(gitlab:token, or gitlab.standin's) and jupy"),
        ({}, {TOKEN: "canary", SECRET: "canary"}, "standin's) and jupyterhub:gitlabClientSecret;"),
        (
            {"client_id": "i"},
            {TOKEN: "canary", SECRET: "canary"},
            "standin's) and jupyterhub:gitlab.client_id and jupyterhub:gitlabClientSecret;",
        ),
        ({"client_id": "i", "standin": True, "url": "http://localhost:1"}, {}, "client_id;"),
    ],
)
def test_anything_but_one_application_is_an_error(declare_program, gitlab, config, found):
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(program(gitlab | {"admin_groups": ["ops"]}, **config))
    said = str(caught.value)
    assert said.startswith("sign-in: found ")
    assert found in said
    assert "pulumi config set --secret gitlab:token" in said
    assert "redirect URI http://localhost:8000/hub/oauth_callback and the scopes" in said
    assert "scopes read_user read_api," in said
    assert "canary" not in said


@pytest.mark.parametrize(
    ("rules", "scopes"),
    [
        ({"allow": {"everyone": True}}, "read_user"),
        ({"allow": {"users": ["ada"]}, "admin_users": ["ada"]}, "read_user"),
        ({"allow": {"groups": ["lab"]}}, "read_user read_api"),
        ({"allow": {"projects": [21]}}, "read_user read_api"),
        ({"allow": {"everyone": True}, "admin_groups": ["lab"]}, "read_user read_api"),
    ],
)
def test_scopes_follow_from_the_rules(rules, scopes):
    assert GitLabArgs(url=URL, **rules).scopes(groups_used=False) == scopes.split()


GROUP = "expected the full path of a group, such as lab or lab/gpu"
PROJECT = "expected the full path or the number of a project, such as lab/notebooks or 21"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        *(
            ({"allow": {"groups": [group]}}, group, GROUP)
            for group in ("12", "/lab", "lab/", "lab//gpu", "-lab", "my lab", "https://x/lab", "")
        ),
        ({"admin_groups": ["12"]}, "12", GROUP),
        *(
            ({"allow": {"projects": [project]}}, project, PROJECT)
            for project in ("notebooks", "/lab/notebooks", "lab/", "", -1, 1.5)
        ),
        ({"client_id": ""}, "", "at least 1 character"),
        ({"ca_file": "/no/such/file"}, "/no/such/file", "cannot read /no/such/file: No such file"),
        ({"ca_file": "README.md"}, "README.md", "expected a PEM file with certificates and no"),
    ],
)
def test_bad_rules_are_explained(key, value, said):
    with pytest.raises(ValidationError) as caught:
        GitLabArgs.model_validate(ANYBODY | key)
    [fault] = caught.value.errors()
    assert fault["input"] == value
    assert said in fault["msg"]


@pytest.mark.parametrize(
    "rules",
    [
        {"users": ["ada", "li-hua", "a.b", "_x", "2"]},
        {"groups": ["lab", "lab/gpu", "a.b/c-d/e_f", "2lab"]},
        {"projects": [21, "21", "lab/notebooks", "lab/gpu/note.books"]},
    ],
)
def test_good_rules_are_taken(rules):
    [(kind, given)] = rules.items()
    allow = GitLabArgs(url=URL, allow=rules).allow
    assert getattr(allow, kind) == tuple(map(str, given))


def test_a_private_key_is_not_uploaded(tmp_path):
    file = tmp_path / "both.pem"
    file.write_text(f"{CERTIFICATE}-----BEGIN PRIVATE KEY-----\ncanary")
    with pytest.raises(ValidationError, match="no private key"):
        GitLabArgs.model_validate(ANYBODY | {"ca_file": str(file)})


@pytest.mark.parametrize("given", [True, False])
def test_a_ca_of_gitlabs_own_reaches_hub_and_provider(declare, tmp_path, given):
    file = tmp_path / "ca.pem"
    file.write_text(CERTIFICATE)
    made = []

    def login() -> None:
        args = GitLabArgs.model_validate(ANYBODY | ({"ca_file": str(file)} if given else {}))
        site, stack = SiteArgs(url="http://localhost:8000"), Stack(prefix="p", labels={})
        made.append(
            GitLabLogin(
                "login",
                args,
                token="t",
                client_secret=None,
                site=site,
                stack=stack,
                groups_used=False,
            )
        )

    declared = declare(login)
    assert declared["login-api"].get("cacertFile") == (str(file) if given else None)
    assert made[0].settings["ca_file"] == (CA_FILE if given else None)
    assert made[0].uploads == ([{"file": CA_FILE, "content": CERTIFICATE}] if given else [])
