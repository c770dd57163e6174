"""Browsers keep people's servers apart from the hub, or the stack file says that they do not."""

import pytest

from tests.unit.policy.asking import Row, fault_of
from tests.unit.policy.resources import settings

BAD_PARTS: list[Row] = [
    (
        "servers-have-names-of-their-own",
        "hub",
        {"uploads": settings(None)},
        "a token of who opens it, an administrator's too; set jupyterhub:site.user_domains to a",
    ),
]


@pytest.mark.parametrize(("rule", "part", "props", "expected"), BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(rule, part, props, expected):
    assert expected in fault_of(rule, part, props)


@pytest.mark.parametrize("said", ["none", "hub.example.org"])
def test_who_says_where_servers_are_is_told_nothing(said):
    props = {"uploads": settings(said)}
    assert fault_of("servers-have-names-of-their-own", "hub", props) == ""
