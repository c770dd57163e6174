"""The whole program, as `pulumi up` runs it."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_origin

import pytest
import yaml
from pulumi.runtime.mocks import MockMonitor
from pydantic import create_model
from pydantic.fields import FieldInfo

from components.configuration import Configuration
from components.engine import DEFAULT_SOCKET, DockerArgs
from components.reference import PAGE, page
from components.settings import Settings, example, models_within
from components.site import SiteArgs
from policy.rules import VOLUME
from tests.unit.conftest import CONFIG

SECRETS = ("canary", hashlib.sha256(b"canary").hexdigest())
"""What GitLab generates, and what keys are derived from the generated passwords."""
CONTAINERS = ("hub", "proxy", "gitlab")
WITH_TLS = CONFIG | {
    "site": {"url": "https://localhost:8000"},
    "tls": {"certificate": "internal"},
}
"""Every part that there is, the edge too."""


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


@pytest.mark.parametrize("name", [*CONTAINERS, "edge"])
def test_containers_carry_the_stack_in_name_and_labels(declare_program, name):
    container = declare_program(WITH_TLS)[f"{name}-container"]
    assert container["name"] == f"jupyterhub-test-{name}"
    assert {"label": "pulumi.stack", "value": "test"} in container["labels"]
    assert {"label": "pulumi.project", "value": "jupyterhub"} in container["labels"]


@pytest.mark.parametrize("name", [*CONTAINERS, "edge"])
def test_containers_drop_what_they_do_not_need(declare_program, name):
    container = declare_program(WITH_TLS)[f"{name}-container"]
    assert container["capabilities"]["drops"] == ["ALL"]
    assert container["securityOpts"] == ["no-new-privileges:true"]
    assert container["wait"] is True
    assert container["memory"] > 0


@pytest.mark.parametrize("name", [*CONTAINERS, "edge"])
def test_containers_come_back_unless_somebody_stopped_them(declare_program, name):
    assert declare_program(WITH_TLS)[f"{name}-container"]["restart"] == "unless-stopped"


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


def test_membership_is_asked_for_where_a_profile_needs_it(declare_program):
    config = CONFIG | {
        "gitlab": CONFIG["gitlab"] | {"allow": {"users": ["ada"]}},
        "profiles": [{"name": "Small"}, {"name": "Large", "groups": ["lab/vision"]}],
    }
    assert "read_api" in declare_program(config)["login-application"]["scopes"]


@pytest.mark.parametrize(
    ("config", "gpu"),
    [
        ({}, False),
        ({"gpus": {"notebooks": "all"}}, True),
        ({"profiles": [{"name": "A"}, {"name": "B", "gpus": "none"}]}, False),
        ({"profiles": [{"name": "A"}, {"name": "B", "gpus": [0]}]}, True),
        ({"gpus": {"notebooks": "all"}, "profiles": [{"name": "A", "gpus": "none"}]}, True),
    ],
    ids=str,
)
def test_the_image_is_for_gpus_where_anybody_can_have_one(declare_program, config, gpu):
    arguments = declare_program(CONFIG | config)["lab-build"]["build"]["args"]
    assert arguments.get("GPU") == ("1" if gpu else None)


def test_the_hub_has_the_memory_it_is_given(declare_program):
    declared = declare_program(CONFIG | {"hub": {"memory_mib": 512}})
    assert declared["hub-container"]["memory"] == 512


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


@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]"])
def test_a_loopback_address_is_published_as_itself(host):
    site = SiteArgs(url=f"http://{host}:8000")
    assert site.published(8000)["ip"] == host.strip("[]")


def test_the_engines_socket_is_mounted_from_where_the_host_has_it(declare_program):
    docker = {"host": "unix:///run/user/1000/docker.sock"}
    declared = declare_program(CONFIG | {"docker": docker})
    assert {
        "hostPath": "/run/user/1000/docker.sock",
        "containerPath": "/var/run/docker.sock",
    } in declared["hub-container"]["volumes"]
    assert declared["engine"]["host"] == docker["host"]


@pytest.mark.parametrize(
    ("host", "socket"),
    [
        ("ssh://me@lab/run/user/1000/docker.sock", "/run/user/1000/docker.sock"),
        ("ssh://root@lab:22/", DEFAULT_SOCKET),
        ("tcp://127.0.0.1:2375/engine", DEFAULT_SOCKET),
    ],
)
def test_the_socket_is_the_one_that_the_engines_address_names(host, socket):
    assert DockerArgs(host=host).socket == socket


def test_another_machines_engine_is_reached_with_the_certificate_given(declare_program):
    docker = {"host": "tcp://lab.example.org:2376", "cert_path": "/etc/docker/lab"}
    engine = declare_program(CONFIG | {"docker": docker})["engine"]
    assert (engine["host"], engine["certPath"]) == (docker["host"], docker["cert_path"])


def test_the_hub_is_told_two_addresses_of_gitlab(declare_program):
    gitlab = {
        "url": "https://git.example.org",
        "internal_url": "https://gitlab.internal:8080",
        "allow": {"everyone": True},
    }
    declared = declare_program(CONFIG | {"gitlab": gitlab, "gitlab:token": "t"})
    [upload] = declared["hub-container"]["uploads"]
    told = json.loads(upload["content"])["gitlab"]
    assert told["url"] == "https://git.example.org"
    assert told["internal_url"] == "https://gitlab.internal:8080"
    assert "gitlab-container" not in declared


def test_every_volume_outlives_its_stack(declare_program, monkeypatch):
    requests, register = [], MockMonitor.RegisterResource

    def noted(monitor: MockMonitor, request: Any) -> Any:
        requests.append(request)
        return register(monitor, request)

    monkeypatch.setattr(MockMonitor, "RegisterResource", noted)
    declare_program(WITH_TLS)
    volumes = [each for each in requests if each.type == VOLUME]
    assert {each.name: each.retainOnDelete for each in volumes} == {
        "edge-data": True,
        "gitlab-data": True,
        "hub-data": True,
    }


def test_stacks_differ_in_every_name_on_the_host(declare_program):
    one = declare_program(WITH_TLS)
    other = declare_program(WITH_TLS | {"site": WITH_TLS["site"] | {"prefix": "other"}})

    def names(inputs):
        kinds = ("-container", "-bridge", "-data")
        return {value["name"] for key, value in inputs.items() if key.endswith(kinds)}

    assert len(names(one)) == 8
    assert names(one).isdisjoint(names(other))


def test_the_reference_is_not_stale():
    assert PAGE.read_text() == page(), "run: python -m components.reference"


def test_every_key_is_described_and_has_an_example():
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `")]
    assert {"| `gitlab:token`", "| `jupyterhub:gitlabClientSecret`"} <= {row[0] for row in rows}
    assert len(rows) > 70
    for key, description, _, _, given in rows:
        assert description, key
        assert re.fullmatch(r"`.+` \|", given), key


def fields(model: type[Settings]) -> Iterator[tuple[str, FieldInfo]]:
    for key, field in model.model_fields.items():
        yield key, field
        for within in models_within(field.annotation):
            yield from fields(within)


FILES = {"ca_file", "site_ca"}
"""Whose examples are not on this machine."""


def test_every_example_is_taken():
    for key, field in fields(Configuration):
        if key not in FILES:
            kind: Any = field.annotation
            create_model(key, one=(kind, field)).model_validate({"one": example(field)})


def test_configuration_schema_agrees_with_the_models():
    schema = yaml.safe_load(Path("Pulumi.yaml").read_text())["config"]
    assert schema.keys() == Configuration.model_fields.keys()
    for section, entry in schema.items():
        field = Configuration.model_fields[section]
        assert entry["type"] == ("array" if get_origin(field.annotation) is tuple else "object")
        [model] = models_within(field.annotation)
        for key in model.model_fields:
            assert re.search(rf"\b{key}\b", entry["description"]), f"{section}.{key}"
        assert ("default" in entry) is not field.is_required(), section
