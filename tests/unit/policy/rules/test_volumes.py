"""Data outlives changes of the program."""

import pytest

from hubconfig.stack import ANNOUNCEMENT_LABEL
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


@pytest.mark.parametrize(
    ("name", "is_kept"), [("hub-announcement", False), ("hub-hub-data", True), (None, True)]
)
def test_only_an_announcements_volume_may_be_replaced(name, is_kept):
    labels = [*LABELS, {"label": ANNOUNCEMENT_LABEL, "value": "On Friday"}]
    message = told("data-is-not-replaced", VOLUME, {"name": name, "labels": labels})
    assert bool(message) is is_kept
