"""The whole program, as `pulumi up` runs it."""

import hashlib
import json

import pytest

from hubconfig.sections.docker import CERTIFICATES
from tests.unit.stack_files import CONFIG, WITH_TLS

SECRETS = ("canary", hashlib.sha256(b"canary").hexdigest())
"""What GitLab generates, and what keys are derived from the generated passwords."""
CONTAINERS = ("hub", "proxy", "gitlab")
ALL: dict[str, str | None] = {
    **{name: name for name in (*CONTAINERS, "edge")},
    "hub-docker-gate": "docker-gate",
    "firewall": None,  # whose name Pulumi chooses
}
"""Each container's name to Pulumi, and after the prefix on the engine."""


@pytest.fixture
def declared(declare_program):
    return declare_program(CONFIG)


def test_every_part_is_declared(declared):
    assert declared.keys() >= {
        "network-bridge",
        "login-application",
        "gitlab-container",
        "proxy-container",
        "hub-container",
        "hub-docker-gate-container",
        "firewall-container",
        "hub-data",
        "lab-build",
    }


@pytest.mark.parametrize("name", ALL)
def test_containers_carry_the_stack_in_name_and_labels(declare_program, name):
    container = declare_program(WITH_TLS)[f"{name}-container"]
    assert container.get("name") == (f"jupyterhub-test-{ALL[name]}" if ALL[name] else None)
    assert {"label": "pulumi.stack", "value": "test"} in container["labels"]
    assert {"label": "pulumi.project", "value": "jupyterhub"} in container["labels"]


@pytest.mark.parametrize("name", ALL)
def test_containers_drop_what_they_do_not_need(declare_program, name):
    container = declare_program(WITH_TLS)[f"{name}-container"]
    assert container["capabilities"]["drops"] == ["ALL"]
    assert container["securityOpts"] == ["no-new-privileges:true"]
    assert container["wait"] is True
    assert container["memory"] > 0


@pytest.mark.parametrize("name", ALL)
def test_containers_come_back_unless_somebody_stopped_them(declare_program, name):
    assert declare_program(WITH_TLS)[f"{name}-container"]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", CONTAINERS)
def test_secrets_reach_the_environment_only_as_secrets(declared, name):
    inputs = declared[f"{name}-container"]
    environment = inputs.pop("envs")
    assert "value" in environment, "a secret input arrives wrapped; this one is in the clear"
    assert any(secret in json.dumps(environment) for secret in SECRETS)
    assert not any(secret in json.dumps(inputs) for secret in SECRETS)


def test_only_loopback_ports_are_published_in_dev(declared):
    published = {
        name: [(port["ip"], port["external"]) for port in inputs.get("ports", [])]
        for name, inputs in declared.items()
        if name.endswith("-container")
    }
    assert published == {
        "hub-container": [],
        "hub-docker-gate-container": [],
        "firewall-container": [],
        "proxy-container": [("127.0.0.1", 8000)],
        "gitlab-container": [("127.0.0.1", 8929)],
    }


@pytest.mark.parametrize(
    ("access", "owner"), [("guarded", "hub-docker-gate"), ("direct", "hub")], ids=str
)
def test_the_engines_socket_is_mounted_from_where_the_host_has_it(declare_program, access, owner):
    docker = {"host": "unix:///run/user/1000/docker.sock", "access": access}
    declared = declare_program(CONFIG | {"docker": docker})
    mount = {"hostPath": "/run/user/1000/docker.sock", "containerPath": "/var/run/docker.sock"}
    with_it = [
        name
        for name, inputs in declared.items()
        if name.endswith("-container") and mount in inputs.get("volumes", [])
    ]
    assert with_it == [f"{owner}-container"]
    assert declared["engine"]["host"] == docker["host"]


def test_another_machines_engine_is_reached_with_the_certificate_given(declare_program, tmp_path):
    docker = {"host": "tcp://lab.example.org:2376", "cert_path": str(tmp_path)}
    for file in CERTIFICATES:
        (tmp_path / file).touch()
    engine = declare_program(CONFIG | {"docker": docker})["engine"]
    assert (engine["host"], engine["certPath"]) == (docker["host"], docker["cert_path"])


def test_stacks_differ_in_every_name_on_the_host(declare_program):
    one = declare_program(WITH_TLS)
    other = declare_program(WITH_TLS | {"site": WITH_TLS["site"] | {"prefix": "other"}})

    def names(inputs):
        kinds = ("-container", "-bridge", "-data", "-socket")
        owned = {value.get("name") for key, value in inputs.items() if key.endswith(kinds)}
        return owned - {None}  # the firewall's, which Pulumi chooses

    assert len(names(one)) == 9
    assert names(one).isdisjoint(names(other))
