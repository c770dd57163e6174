"""The network that everything runs on."""

import pytest

from hubconfig.sections.network import NetworkArgs
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import CONFIG, WITH_TLS, changed

BAD: list[Row] = [
    (
        "network.subnet",
        "172.18.0.0/33",
        "network.subnet: Input is not a valid IPv4 network (found: '172.18.0.0/33', example: 172",
    ),
    ("network.subnet", "172.18.0.1/24", "network.subnet: Input is not a valid IPv4 network"),
    ("network.subnet", "::/64", "not a valid IPv4 network (found: '::/64', example: 172.18.0.0/"),
    ("network.subnet", "0.0.0.0/0", "network.subnet: expected a subnet in 10.0.0.0/8, 172.16.0."),
    ("network.subnet", "127.0.0.0/24", "network.subnet: expected a subnet in 10.0.0.0/8"),
    ("network.subnet", "224.0.0.0/24", "network.subnet: expected a subnet in 10.0.0.0/8"),
    ("network.subnet", "169.254.0.0/24", "network.subnet: expected a subnet in 10.0.0.0/8"),
    ("network.subnet", "8.8.8.0/24", "network.subnet: expected a subnet in 10.0.0.0/8"),
    ("network.subnet", "172.0.0.0/8", "192.168.0.0/16, 100.64.0.0/10, such as 172.18.0.0/24"),
    ("network.subnet", "172.18.0.0/27", "too small: give a /26 or larger"),
    ("network.subnet", "172.18.0.0/30", "too small: give a /26 or larger"),
    ("network.subnet", "172.18.0.1/32", "too small: give a /26 or larger"),
    ("network.gateway", "10.0.0.1", "gateway 10.0.0.1 must be one of 172.18.0.1 to 172.18.0.127"),
    ("network.gateway", "172.18.0.0", "gateway 172.18.0.0 must be one of"),
    ("network.gateway", "172.18.0.2", "every fixed address must differ"),
    ("network.hub_address", "172.18.0.200", "hub_address 172.18.0.200 must be one of"),
    ("network.hub_address", "172.18.0.0", "hub_address 172.18.0.0 must be one of 172.18.0.1 to"),
    ("network.hub_address", "172.18.0.1", "every fixed address must differ"),
    ("network.proxy_address", "172.18.0.2", "every fixed address must differ"),
    ("network.edge_address", "172.18.0.3", "every fixed address must differ"),
    *(
        (f"network.{key}", 2886860802, f"network.{key}: expected an address with dots, or with col")
        for key in ("gateway", "hub_address", "proxy_address", "edge_address")
    ),
    ("network.isolation", "vlan", "network.isolation: Input should be 'firewall' or 'none'"),
    (
        "network.notebooks_reach",
        "intranet",
        "expected internet, everything, nothing, or a list, such as [10.1.2.3, 10.4.0.0/16]",
    ),
    ("network.notebooks_reach", [], "network.notebooks_reach: expected internet, everything, noth"),
    (
        "network.notebooks_reach",
        ["10.1.2.3/16"],
        "10.1.2.3/16 has host bits set: give IPv4 addresses and subnets, such as [10.1.2.3",
    ),
    ("network.notebooks_reach", ["gitlab.lan"], "give IPv4 addresses and subnets, such as"),
    ("network.notebooks_reach", ["fd00::/8"], "give IPv4 addresses and subnets, such as"),
    (
        "network",
        {"subnet": "172.18.0.0/24", "isolation": "none", "notebooks_reach": "nothing"},
        "notebooks_reach is for isolation firewall: with none, notebooks reach everything",
    ),
    ("network.dns", "1.1.1.1", "network.dns: unknown key; the keys here are edge_address, gateway"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize(
    "subnet", ["10.0.0.0/8", "172.16.0.0/12", "192.168.7.192/26", "100.64.0.0/10"]
)
def test_subnets_of_private_addresses_are_taken(subnet):
    assert str(NetworkArgs.model_validate({"subnet": subnet}).subnet) == subnet


@pytest.mark.parametrize(
    ("taken", "edge"),
    [
        ({}, "172.18.0.4"),
        ({"gateway": "172.18.0.4"}, "172.18.0.5"),
        # Not what the hub had before: it could still have it when the edge moves.
        ({"hub_address": "172.18.0.10"}, "172.18.0.4"),
    ],
)
def test_the_edge_gets_an_address_that_nobody_has_or_had(declare_program, taken, edge):
    network = CONFIG["network"] | taken
    declared = declare_program(WITH_TLS | {"network": network})
    [endpoint] = declared["edge-container"]["networksAdvanced"]
    assert endpoint["ipv4Address"] == edge


@pytest.mark.parametrize(
    ("taken", "standin"),
    [({}, "172.18.0.5"), ({"hub_address": "172.18.0.5"}, "172.18.0.6")],
)
def test_the_standin_gets_an_address_that_nobody_has(declare_program, taken, standin):
    declared = declare_program(CONFIG | {"network": CONFIG["network"] | taken})
    [endpoint] = declared["gitlab-container"]["networksAdvanced"]
    assert endpoint["ipv4Address"] == standin
