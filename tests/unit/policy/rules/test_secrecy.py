"""Secrets are marked as secrets."""

from base64 import b64encode

import pytest
from pulumi_policy import ResourceValidationArgs, ResourceValidationPolicy

from policy.rule import CONTAINER
from policy.rules.secrecy import RANDOM_BYTES
from tests.unit.policy.asking import RULES, Row, fault, options
from tests.unit.policy.resources import HUB, secret

BAD: list[Row] = [
    ("secrets-are-marked", CONTAINER, {"envs": ["API_TOKEN=canary"]}, "API_TOKEN in the clear"),
    ("secrets-are-marked", CONTAINER, {"envs": ["db_password=canary"]}, "db_password in the clear"),
    ("secrets-are-marked", CONTAINER, {"envs": ["SMTP_PASS=canary"]}, "SMTP_PASS in the clear"),
    ("secrets-are-marked", CONTAINER, {"envs": ["DB=postgres://hub:canary@db/hub"]}, "has DB in"),
    ("secrets-are-marked", CONTAINER, {"envs": [secret("A=b"), "DB_PASSWORD=canary"]}, "PASSWORD"),
    (
        "secrets-are-marked",
        CONTAINER,
        {"uploads": [{"file": "/k.pem", "content": "-----BEGIN RSA PRIVATE KEY-----\ncanary"}]},
        "uploads has a secret in the clear, /k.pem",
    ),
    *(
        ("secrets-are-marked", CONTAINER, {"uploads": [upload | {"file": "/f"}]}, "clear, /f; use")
        for upload in [
            {"content": '{"api_token": "canary"}'},
            {"content": '[{"tokens": {"ada": "canary"}}]'},
            {"content": "glpat-canary0123456789abcd"},
            {"content": "db:\n  password: canary\n"},
            {"contentBase64": b64encode(b"-----BEGIN PRIVATE KEY-----\ncanary").decode()},
            {"contentBase64": b64encode(b'{"api_token": "canary"}').decode()},
        ]
    ),
    *(
        ("secrets-are-marked", CONTAINER, {key: given}, f"{place} in the clear; wrap")
        for key, given, place in [
            ("command", ["--api-token=canary"], "command[0] has a secret"),
            ("command", ["run", "--password", "canary"], "command[2] has a secret"),
            ("entrypoints", ["sh", "-c", "login --token canary"], "entrypoints[2] has a secret"),
            ("labels", [{"label": "api-token", "value": "canary"}], "labels has api-token"),
            ("labels", [{"label": "a", "value": "glpat-canary0123456789abcd"}], "labels has a"),
        ]
    ),
    ("keys-are-no-ids", RANDOM_BYTES, {"length": 32.0}, "use components.random_key"),
]


@pytest.mark.parametrize(("rule", "kind", "props", "expected"), BAD)
def test_what_breaks_a_rule_is_told(rule, kind, props, expected):
    assert expected in fault(rule, kind, props)


def test_a_rule_that_cannot_see_says_so():
    policy = RULES["secrets-are-marked"]
    assert isinstance(policy, ResourceValidationPolicy)
    messages: list[str] = []
    args = ResourceValidationArgs(CONTAINER, HUB, "urn", "hub-container", options(), None)
    policy.validate(args, lambda message, _: messages.append(message))
    assert "only at the level remediate" in messages[0]
