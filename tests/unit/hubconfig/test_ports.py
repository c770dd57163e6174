"""The ports of the host that a stack takes."""

from ipaddress import ip_address

import pytest

from hubconfig.configuration import Configuration
from hubconfig.ports import Port, ports_of
from tests.unit.stack_files import ANYBODY, CONFIG

REAL = {"gitlab": ANYBODY}
TLS = {"tls": {"certificate": "internal"}}


@pytest.mark.parametrize(
    ("sections", "ports"),
    [
        (REAL, {"site.url": "127.0.0.1 8000"}),
        ({}, {"site.url": "127.0.0.1 8000", "gitlab.url": "127.0.0.1 8929"}),
        (
            REAL | {"site": {"url": "https://hub.example.org", "port": 8000}},
            {"site.port": "0.0.0.0 8000"},
        ),
        (
            REAL | TLS | {"site": {"url": "https://hub.example.org", "bind_address": "192.0.2.7"}},
            {"site.url": "192.0.2.7 443", "tls.certificate": "192.0.2.7 80"},
        ),
        (
            REAL | TLS | {"site": {"url": "https://hub.example.org:8443"}},
            {"site.url": "0.0.0.0 8443"},
        ),
    ],
)
def test_ports_go_by_the_keys_that_they_follow_from(sections, ports):
    found = Configuration.model_validate(CONFIG | sections).ports
    assert {key: f"{port.address} {port.number}" for key, port in found.items()} == ports


def test_of_what_is_not_known_there_are_none():
    assert ports_of(None, None, None) == {}


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("127.0.0.1", "0.0.0.0", True),  # noqa: S104
        ("::", "127.0.0.1", True),
        ("0.0.0.0", "0.0.0.0", True),  # noqa: S104
    ],
)
def test_ports_meet_where_an_address_is_the_same_or_all(one, other, meet):
    port = Port(ip_address(one), 8000)
    assert port.meets(Port(ip_address(other), 8000)) is meet
    assert not port.meets(Port(ip_address(other), 8001))
