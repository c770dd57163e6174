"""What a change of the domain of people's servers means for people."""

import pytest

from tests.unit.labctl.note.hubs import said_of_settings

OWN = "hub.example.org"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, OWN, f"at a host name of its own below `{OWN}` instead of the hub's own host, whi"),
        ("none", OWN, f"at a host name of its own below `{OWN}` instead of the hub's own host, wh"),
        (
            "a.org",
            OWN,
            f"at a host name of its own below `{OWN}` instead of `a.org`, which the DNS",
        ),
        (OWN, "none", f"at the hub's own host instead of host names below `{OWN}`. What a server"),
        (OWN, None, f"at the hub's own host instead of host names below `{OWN}`. What a server"),
        (None, "none", "says that people's servers are to be at the hub's own host, where they a"),
        ("none", None, "says no longer that people's servers are to be at the hub's own host"),
    ],
)
def test_where_servers_are_is_told(old, new, expected):
    [said] = said_of_settings({"user_domains": old}, {"user_domains": new})
    assert expected in said
    assert ("running servers have to be started again" in said) is (OWN in {old, new})


def test_a_hub_that_had_no_such_setting_stays_where_it_is():
    assert said_of_settings({}, {"user_domains": None}) == []
