"""Data outlives changes of the program."""

import pytest

from policy.rule import VOLUME
from tests.unit.policy.asking import Row, fault, told
from tests.unit.policy.resources import LABELS

BAD: list[Row] = [
    ("data-is-not-replaced", VOLUME, {"labels": LABELS}, "ignore_changes=['labels']"),
    ("data-is-not-replaced", VOLUME, {"driver": "nfs", "driverOpts": {}}, "of driver, driverOpts"),
]


@pytest.mark.parametrize(("rule", "kind", "props", "expected"), BAD)
def test_what_breaks_a_rule_is_told(rule, kind, props, expected):
    assert expected in fault(rule, kind, props)


@pytest.mark.parametrize("given", [{"protect": True}, {"ignore_changes": ["labels"]}])
def test_a_volume_can_be_kept_in_two_ways(given):
    assert told("data-is-not-replaced", VOLUME, {"labels": LABELS}, **given) == ""
