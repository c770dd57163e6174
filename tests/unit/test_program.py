"""The whole program, as `pulumi up` runs it."""

import hashlib
import json
from pathlib import Path

import pytest
import yaml

from components.configuration import Configuration
from components.reference import PAGE, page
from tests.unit.conftest import CONFIG

SECRETS = ("canary", hashlib.sha256(b"canary").hexdigest())
"""What GitLab generates, and what keys are derived from the generated passwords."""
CONTAINERS = ("hub", "proxy", "gitlab")


@pytest.fixture
def declared(declare_program):
    return declare_program(CONFIG)


def plain(value):
    """Return a value without the wrapper that marks a secret."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


def test_every_part_is_declared(declared):
    assert declared.keys() >= {
        "network-bridge",
        "login-application",
        "gitlab-container",
        "proxy-container",
        "hub-container",
        "hub-data",
        "lab-build",
    }


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_carry_the_stack_in_name_and_labels(declared, name):
    container = declared[f"{name}-container"]
    assert container["name"] == f"jupyterhub-test-{name}"
    assert {"label": "pulumi.stack", "value": "test"} in container["labels"]
    assert {"label": "pulumi.project", "value": "jupyterhub"} in container["labels"]


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_drop_what_they_do_not_need(declared, name):
    container = declared[f"{name}-container"]
    assert container["capabilities"]["drops"] == ["ALL"]
    assert container["securityOpts"] == ["no-new-privileges:true"]
    assert container["wait"] is True
    assert container["memory"] > 0


@pytest.mark.parametrize("name", CONTAINERS)
def test_secrets_reach_the_environment_only_as_secrets(declared, name):
    inputs = declared[f"{name}-container"]
    environment = inputs.pop("envs")
    assert "value" in environment, "a secret input arrives wrapped; this one is in the clear"
    assert any(secret in json.dumps(environment) for secret in SECRETS)
    assert not any(secret in json.dumps(inputs) for secret in SECRETS)


def test_the_generated_client_secret_reaches_the_hub(declared):
    assert "GITLAB_CLIENT_SECRET=canary" in plain(declared["hub-container"]["envs"])


def test_callback_and_scopes_are_derived(declared):
    application = declared["login-application"]
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


def test_only_loopback_ports_are_published_in_dev(declared):
    published = {
        name: [(port["ip"], port["external"]) for port in inputs.get("ports", [])]
        for name, inputs in declared.items()
        if name.endswith("-container")
    }
    assert published == {
        "hub-container": [],
        "proxy-container": [("127.0.0.1", 8000)],
        "gitlab-container": [("127.0.0.1", 8929)],
    }


def test_the_engines_socket_is_mounted_from_where_the_host_has_it(declare_program):
    docker = {"host": "unix:///run/user/1000/docker.sock"}
    declared = declare_program(CONFIG | {"docker": docker})
    assert {
        "hostPath": "/run/user/1000/docker.sock",
        "containerPath": "/var/run/docker.sock",
    } in declared["hub-container"]["volumes"]
    assert declared["engine"]["host"] == docker["host"]


def test_the_hub_is_told_two_addresses_of_gitlab(declare_program):
    gitlab = {
        "url": "https://git.example.org",
        "internal_url": "http://gitlab.internal:8080",
        "allow": {"everyone": True},
    }
    declared = declare_program(CONFIG | {"gitlab": gitlab, "gitlab:token": "t"})
    [upload] = declared["hub-container"]["uploads"]
    told = json.loads(upload["content"])["gitlab"]
    assert told["url"] == "https://git.example.org"
    assert told["internal_url"] == "http://gitlab.internal:8080"
    assert "gitlab-container" not in declared


def test_stacks_differ_in_every_name_on_the_host(declared, declare_program):
    other = declare_program(CONFIG | {"site": CONFIG["site"] | {"prefix": "other"}})

    def names(inputs):
        kinds = ("-container", "-bridge", "-data")
        return {value["name"] for key, value in inputs.items() if key.endswith(kinds)}

    assert len(names(declared)) == 6
    assert names(declared).isdisjoint(names(other))


def test_the_reference_is_not_stale():
    assert PAGE.read_text() == page(), "run: python -m components.reference"


def test_every_key_is_described_and_every_required_one_has_an_example():
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    for key, description, _, default, example in rows:
        assert description, key
        assert default != "required" or example != " |", key


def test_configuration_schema_agrees_with_the_models():
    schema = yaml.safe_load(Path("Pulumi.yaml").read_text())["config"]
    assert schema.keys() == Configuration.model_fields.keys()
    for section, entry in schema.items():
        field = Configuration.model_fields[section]
        assert entry["type"] == "object"
        assert entry["description"]
        assert ("default" in entry) is not field.is_required(), section
