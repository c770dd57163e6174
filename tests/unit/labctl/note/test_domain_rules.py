"""What a change of the domain of people's servers means for people."""

import pytest

from tests.unit.labctl.note.hubs import said_of_settings

OWN = "hub.example.org"


@pytest.mark.parametrize(
    ("old", "new", "expected", "servers"),
    [
        (None, OWN, f"at a host name of its own below `{OWN}`, which the DNS has to lead", "stay"),
        ("none", OWN, f"at a host name of its own below `{OWN}`, which the DNS has to", "stay"),
        (
            "a.org",
            OWN,
            f"below `{OWN}`, which the DNS has to lead to the hub, instead of `a",
            "end",
        ),
        (OWN, "none", f"at the hub's own host instead of host names below `{OWN}`: runn", "end"),
        (OWN, None, f"at the hub's own host instead of host names below `{OWN}`: runni", "end"),
        (None, "none", "says that people's servers are to be at the hub's own host, where", ""),
        ("none", None, "says no longer that people's servers are to be at the hub's own", ""),
    ],
)
def test_where_servers_are_is_told(old, new, expected, servers):
    [said] = said_of_settings({"user_domains": old}, {"user_domains": new})
    assert expected in said
    assert ("running servers have to be started again" in said) is (servers == "end")
    assert ("running servers stay" in said) is (servers == "stay")


def test_a_hub_that_had_no_such_setting_stays_where_it_is():
    assert said_of_settings({}, {"user_domains": None}) == []
