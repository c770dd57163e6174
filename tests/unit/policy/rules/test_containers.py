"""How a container is looked after."""

import pytest

from policy.rule import CONTAINER, NETWORK, VOLUME
from tests.unit.policy.asking import Row, fault
from tests.unit.policy.resources import LABELS

BAD: list[Row] = [
    ("containers-are-limited", CONTAINER, {"memory": None}, "set memory, in MiB"),
    ("containers-are-limited", CONTAINER, {"logOpts": {"max-file": "3"}}, "max-size"),
    ("containers-come-back", CONTAINER, {"restart": "on-failure"}, "restart is on-failure"),
    ("containers-come-back", CONTAINER, {"restart": None}, "restart is no;"),
    ("containers-prove-their-health", CONTAINER, {"wait": False}, "wait is not set"),
    ("things-are-labelled", CONTAINER, {"labels": LABELS[:1]}, "pulumi.stack is None, not dev"),
    ("things-are-labelled", NETWORK, {}, "pulumi.project is None, not jupyterhub"),
    ("things-are-labelled", VOLUME, {"labels": LABELS[1:]}, "pulumi.project is None"),
]


@pytest.mark.parametrize(("rule", "kind", "props", "expected"), BAD)
def test_what_breaks_a_rule_is_told(rule, kind, props, expected):
    assert expected in fault(rule, kind, props)
