"""The application that people sign in with: registered by the program, or by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.hub_settings import CA_FILE
from tests.certificates import make
from tests.unit.stack_files import ANYBODY, CONFIG, TOKEN

URL = ANYBODY["url"]


def program(gitlab: dict[str, Any], **config: str) -> dict[str, Any]:
    return CONFIG | {"gitlab": ANYBODY | gitlab} | config


def test_with_a_token_the_application_is_registered(declare_program):
    declared = declare_program(program({}, **TOKEN))
    assert (
        declared["login-application"]["redirectUrl"] == "http://localhost:8000/hub/oauth_callback"
    )
    assert declared["login-api"]["baseUrl"] == f"{URL}/api/v4/"


def test_without_one_the_application_made_by_hand_is_used(declare_program):
    declared = declare_program(program({"client_id": "by-hand"}, gitlabClientSecret="canary"))
    assert not {"login-application", "login-api"} & declared.keys()
    environment = declared["hub-container"].pop("envs")
    assert environment.keys() > {"value"}, "a secret input arrives wrapped; this one does not"
    assert "GITLAB_CLIENT_ID=by-hand" in environment["value"]
    assert "GITLAB_CLIENT_SECRET=canary" in environment["value"]
    assert "canary" not in json.dumps(declared["hub-container"])


def test_the_generated_client_secret_reaches_the_hub(declare_program):
    environment = declare_program(CONFIG)["hub-container"]["envs"]
    assert "GITLAB_CLIENT_SECRET=canary" in environment["value"]


def test_callback_and_scopes_are_derived(declare_program):
    application = declare_program(CONFIG)["login-application"]
    assert application["redirectUrl"] == "http://localhost:8000/hub/oauth_callback"
    assert application["scopes"] == ["read_user", "read_api"]


def test_membership_is_not_asked_for_where_no_rule_needs_it(declare_program):
    gitlab = CONFIG["gitlab"] | {"allow": {"users": ["ada"]}}
    assert declare_program(CONFIG | {"gitlab": gitlab})["login-application"]["scopes"] == [
        "read_user"
    ]


def test_membership_is_asked_for_where_a_shared_directory_needs_it(declare_program):
    shared = [{"source": "/srv/vision", "target": "/vision", "groups": ["lab/vision"]}]
    config = CONFIG | {
        "gitlab": CONFIG["gitlab"] | {"allow": {"users": ["ada"]}},
        "notebook": {"shared": shared},
    }
    assert "read_api" in declare_program(config)["login-application"]["scopes"]


@pytest.mark.parametrize(
    "needing",
    [
        {"profiles": [{"name": "Small"}, {"name": "Large", "groups": ["lab/vision"]}]},
        {"gpus": {"pool": [0], "limits": {"lab/students": 2}}},
    ],
    ids=str,
)
def test_membership_is_asked_for_where_a_profile_or_a_limit_needs_it(declare_program, needing):
    gitlab = CONFIG["gitlab"] | {"allow": {"users": ["ada"]}}
    config = CONFIG | {"gitlab": gitlab} | needing
    assert "read_api" in declare_program(config)["login-application"]["scopes"]


@pytest.mark.parametrize("given", [True, False])
def test_a_ca_of_gitlabs_own_reaches_hub_and_provider(declare_program, tmp_path, given):
    file = make(tmp_path, "ca").certificate_file
    own = {"ca_file": file} if given else {}
    declared = declare_program(program(own, **TOKEN))
    assert declared["login-api"].get("cacertFile") == (file if given else None)
    settings, _, *others = declared["hub-container"]["uploads"]
    assert json.loads(settings["content"])["gitlab"]["ca_file"] == (CA_FILE if given else None)
    assert others == ([{"file": CA_FILE, "content": Path(file).read_text()}] if given else [])
