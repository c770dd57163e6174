"""A sound stack, of which no rule tells anything."""

import json
from base64 import b64encode
from typing import Any

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policy.rule import CONTAINER, IMAGE, NETWORK, REMOTE_IMAGE, STACK, VOLUME
from policy.rules.gitlab import APPLICATION, PROVIDER
from tests.gate_modules import told as told_of_the_gate
from tests.unit.policy.asking import OF_WHOLE_STACKS, RULES, told
from tests.unit.policy.resources import (
    BUILT,
    EVERYWHERE,
    FIREWALL,
    HUB,
    LABELS,
    REGISTERED,
    SERVERS,
    SERVICE,
    SOCKET,
    bound,
    secret,
)

GOOD: dict[tuple[str, str], dict[str, Any]] = {
    ("hub-container", CONTAINER): HUB,
    ("proxy-container", CONTAINER): SERVICE
    | {"ports": [{"internal": 8000.0, "external": 80.0, "ip": EVERYWHERE}]},
    ("gitlab-container", CONTAINER): SERVICE
    | {
        "ports": [{"internal": 8080.0, "external": 8929.0, "ip": "127.0.0.1"}],
    },
    ("hub-docker-gate-container", CONTAINER): SERVICE
    | {
        "name": "hub-docker-gate",
        "networkMode": "none",
        "readOnly": True,
        "volumes": [SOCKET],
        "envs": [f"POLICY={json.dumps(told_of_the_gate(SERVERS))}"],
    },
    ("other-container", CONTAINER): SERVICE
    | {
        "volumes": [
            {"hostPath": "/srv/data", "containerPath": "/data"},
            {"hostPath": "/etc/localtime", "containerPath": "/etc/localtime", "readOnly": True},
        ],
        "mounts": [
            {"type": "bind", "source": "/etc/ssl/certs/", "target": "/certs", "readOnly": True},
            {
                "type": "bind",
                "source": "/srv/data",
                "target": "/d",
                "bindOptions": {"propagation": "rprivate"},
            },
        ],
        "runtime": "runc",
        "sysctls": {"net.ipv4.ip_unprivileged_port_start": "80"},
        "deviceRequests": [{"driver": "nvidia", "count": -1.0, "capabilities": [["gpu"]]}],
        "cgroupnsMode": "private",
        "ulimits": [{"name": "nofile", "hard": 4096.0, "soft": 4096.0}],
        "image": "sha256:0123456789ab",
        "securityOpts": ["no-new-privileges"],
        "envs": secret(["API_TOKEN=canary"]),
        "command": ["--token", secret("canary"), "--password", UNKNOWN_STRING_VALUE, "--key-file"],
        "uploads": [
            {"file": "/key.pem", "content": secret("-----BEGIN PRIVATE KEY-----\n")},
            {"file": "/ca.pem", "content": "-----BEGIN CERTIFICATE-----\n"},
            {"file": "/settings", "content": '{"token": null, "passwords": [], "keys": {}}'},
            {"file": "/logo.png", "contentBase64": b64encode(b"\x89PNG\x00").decode()},
            {"file": "/c.pem", "contentBase64": secret("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t")},
            {"file": "/odd", "contentBase64": "odd"},
            {"file": "/etc/other/settings.json", "content": '// not the hub\'s: {"gitlab": {}}'},
            secret({"file": "/b.pem", "content": "-----BEGIN PRIVATE KEY-----\n"}),
            UNKNOWN_STRING_VALUE,
        ],
    },
    ("unknown-container", CONTAINER): SERVICE
    | dict.fromkeys(("envs", "uploads", "command", "entrypoints"), UNKNOWN_STRING_VALUE),
    ("words-container", CONTAINER): SERVICE
    | {"envs": ["TOKENIZERS_PARALLELISM=false", "SSH_PUBLIC_KEY=ssh-ed25519 AAAA", "MONKEY=1"]}
    | {"uploads": secret([{"file": "/key.pem", "content": "-----BEGIN PRIVATE KEY-----\n"}])},
    ("edge-container", CONTAINER): SERVICE
    | {"ports": [{"internal": port, "ip": EVERYWHERE} for port in (8443.0, 8080.0)]},
    ("firewall-container", CONTAINER): FIREWALL,
    ("data", VOLUME): {"name": "jupyterhub-dev-hub-data", "labels": LABELS},
    ("disk", VOLUME): {"labels": LABELS, "driverOpts": bound("/srv/data")},
    ("share", VOLUME): {
        "labels": LABELS,
        "driverOpts": {"type": "nfs", "o": "addr=10.0.0.1", "device": ":/run"},
    },
    ("bridge", NETWORK): {"name": "jupyterhub-dev", "labels": LABELS},
    ("hub-build", IMAGE): BUILT,
    ("remote", REMOTE_IMAGE): {
        "name": "debian:13.1.0",
        "build": {"context": "images/hub", "buildArgs": BUILT["build"]["args"]},
    },
    ("pulled", REMOTE_IMAGE): {"name": "debian:13.1.0"},
    ("login-application", APPLICATION): REGISTERED,
    ("local-application", APPLICATION): REGISTERED
    | {"redirectUrl": "http://localhost:8000/hub/oauth_callback"},
    ("unregistered-application", APPLICATION): REGISTERED | {"redirectUrl": None},
    ("read-hub-container", CONTAINER): SERVICE
    | {
        "uploads": [
            {"file": "/etc/jupyterhub/settings.json", "source": "settings.json"},
            {"file": "/b/settings.json", "contentBase64": "e30="},
        ]
    },
    ("login-api", PROVIDER): {"baseUrl": "https://git.example.org/api/v4/", "insecure": "false"},
    ("dev", STACK): {},
}


@pytest.mark.parametrize("prefix", ["", "physics-"])  # as examples/two-hubs
@pytest.mark.parametrize("rule", sorted(RULES.keys() - OF_WHOLE_STACKS))
def test_a_sound_stack_breaks_no_rule(rule, prefix):
    for (name, kind), props in GOOD.items():
        assert (
            told(rule, kind, props, f"{prefix}{name}", ignore_changes=["labels", "driverOpts"])
            == ""
        ), name
