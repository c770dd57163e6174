"""Sign-in through GitLab asks for no more than it needs."""

import json

import pytest

from policy.rules.gitlab import APPLICATION, PROVIDER
from tests.unit.policy.asking import Row, fault, fault_of, told
from tests.unit.policy.resources import REGISTERED, settings, uploaded

BAD: list[Row] = [
    ("gitlab-is-reached-safely", APPLICATION, {"redirectUrl": "http://hub.org/"}, "http://hub.or"),
    (
        "gitlab-is-reached-by-https",
        PROVIDER,
        {"baseUrl": "http://git.org/api/v4/"},
        "http://git.org",
    ),
    ("gitlab-is-reached-safely", PROVIDER, {"insecure": "true"}, "insecure is true"),
    ("gitlab-grants-little", APPLICATION, {"scopes": ["read_user", "api"]}, "scopes has api"),
    ("gitlab-grants-little", APPLICATION, {"confidential": False}, "confidential is false"),
]
BAD_PARTS: list[Row] = [
    (
        "gitlab-membership-is-used",
        "hub",
        {"uploads": settings(scopes=["read_user", "read_api"], allowed_groups=[])},
        "asks for read_api",
    ),
    (
        "gitlab-is-reached-by-https",
        "hub",
        {"uploads": settings(internal_url="http://git.lan")},
        "gitlab.internal_url is http://git.lan; use https",
    ),
    ("someone-may-sign-in", "hub", {"uploads": settings(allow_everyone=False)}, "gitlab.allow"),
]


@pytest.mark.parametrize(("rule", "kind", "props", "expected"), BAD)
def test_what_breaks_a_rule_is_told(rule, kind, props, expected):
    assert expected in fault(rule, kind, props)


@pytest.mark.parametrize(("rule", "part", "props", "expected"), BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(rule, part, props, expected):
    assert expected in fault_of(rule, part, props)


def test_an_application_marks_its_secret():
    message = told("gitlab-grants-little", APPLICATION, REGISTERED, additional_secret_outputs=[])
    assert "its output secret is not marked" in message


@pytest.mark.parametrize(
    "named",
    [
        {"gpu_limits": [{"group": "lab/students", "gpus": 0}]},
        {"profiles": [{"name": "A", "groups": ["lab"]}]},
        {"notebook": {"shared": [{"groups": ["lab"]}]}},
    ],
    ids=str,
)
def test_membership_is_used_wherever_a_group_is_named(named):
    [upload] = settings(scopes=["read_user", "read_api"], allowed_groups=[])
    uploads = [uploaded("settings.json", json.loads(upload["content"]) | named)]
    assert fault_of("gitlab-membership-is-used", "hub", {"uploads": uploads}) == ""
