"""How a resource's properties would change."""

from typing import Any

import pytest

from hubpreview.changes import change_of
from hubpreview.secrecy import SECRET
from hubpreview.values import UNKNOWN
from tests.unit.hubpreview.events import ENCRYPTED, UNKNOWN_STRING

FILES: list[dict[str, Any]] = [
    {"file": "/etc/site.pem", "content": "certificate"},
    {"file": "/etc/site.key", "content": ENCRYPTED},
]
RENEWED = [FILES[0] | {"content": "another"}, FILES[1]]
KEY = {"uploads[1].content": {"diffKind": "update-replace"}}
KEY_GOES = ("site.key", SECRET, None)
BOTH = KEY | {"uploads[0].content": {"diffKind": "update-replace"}}


@pytest.mark.parametrize(
    ("after", "diff", "expected"),
    [
        (FILES, {}, []),
        (FILES, KEY, [("site.key", SECRET, SECRET)]),
        (RENEWED, BOTH, [("site.pem", "certificate", "another"), ("site.key", SECRET, SECRET)]),
        (ENCRYPTED, BOTH, [("uploads", None, SECRET)]),
        (UNKNOWN_STRING, KEY, [("uploads", None, UNKNOWN)]),
        (
            [FILES[0], UNKNOWN_STRING],
            KEY,
            [KEY_GOES, ("upload 1", None, UNKNOWN)],
        ),
        ([FILES[0], ENCRYPTED], KEY, [KEY_GOES, ("upload 1", None, SECRET)]),
    ],
)
def test_a_file_that_changes_is_told_be_it_secret_or_unknown(after, diff, expected):
    old = {"inputs": {"uploads": FILES, "image": "edge:1"}, "type": "docker:index:Container"}
    new = old | {"inputs": {"uploads": after, "image": "edge:1"}}
    step = {"op": "replace", "urn": "::edge-container", "old": old, "new": new}
    found = change_of(step | {"detailedDiff": diff}).differences
    told = [(one.path, one.old if one.path != "uploads" else None, one.new) for one in found]
    assert told == expected


@pytest.mark.parametrize(("defaults", "told"), [(["name"], []), ([], ["name"])])
def test_a_name_that_pulumi_chooses_is_no_difference(defaults, told):
    inputs = {"image": "firewall:1", "__defaults": defaults}
    old, new = ({"inputs": inputs | {"name": name}, "type": ""} for name in ("a-1", "a-2"))
    step = {"op": "replace", "urn": "::firewall-container", "old": old, "new": new}
    assert [one.path for one in change_of(step).differences] == told
