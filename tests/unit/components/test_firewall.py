"""The firewall: which rules a stack has, and what the container is that keeps them in force."""

from ipaddress import ip_address

import pytest

from components.firewall_rules import rules
from hubconfig.ports import Port
from hubconfig.sections.network import NetworkArgs
from tests.unit.stack_files import ANYBODY, CONFIG, TOKEN

PORTS = [Port(ip_address("0.0.0.0"), 443), Port(ip_address("127.0.0.1"), 8929)]  # noqa: S104
PRIVATE = "10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16"


def text(*ports: Port, **network: object) -> str:
    args = NetworkArgs.model_validate({"subnet": "172.18.0.0/24", **network})
    return "\n".join(rules("firewall-x", args, ports or PORTS))


@pytest.mark.parametrize(
    ("reach", "has", "lacks"),
    [
        ("internet", [PRIVATE, "dport 53 accept"], ["ip daddr { 10.1.2.3"]),
        ("nothing", ["dport 53 accept\ndrop\n}\n}"], [PRIVATE]),
        ("everything", ["ip saddr != 172.18.0.128/25 drop\n}\n}"], [PRIVATE, "dport 53"]),
        (["10.1.2.3"], [f"{{ 10.1.2.3/32 }} accept\nip daddr {{ 0.0.0.0/8, {PRIVATE}"], []),
        (["10.4.0.0/16", "10.4.1.0/24", "10.5.0.0/16"], ["{ 10.4.0.0/15 } accept"], []),
    ],
)
def test_what_notebooks_reach_is_as_the_setting_says(reach, has, lacks):
    found = text(notebooks_reach=reach)
    assert [part for part in has if part not in found] == []
    assert [part for part in lacks if part in found] == []


@pytest.mark.parametrize("reach", ["internet", "everything", "nothing", ["10.0.0.0/8"]])
def test_whatever_notebooks_reach_they_are_kept_from_each_other_and_from_services(reach):
    found = text(notebooks_reach=reach)
    for line in (
        "ip saddr { 172.18.0.2, 172.18.0.3 } ip daddr 172.18.0.128/25 meta l4proto tcp accept",
        "ip saddr 172.18.0.128/25 ip daddr 172.18.0.2 tcp dport 8081 accept",
        "ip saddr 172.18.0.128/25 drop",
        "ip daddr 172.18.0.128/25 drop",
        "ip saddr != 172.18.0.2 ip daddr 172.18.0.3 tcp dport 8001 drop",
    ):
        assert f"\n{line}\n" in found, "on the bridge"
        assert f"\noifname $our_bridge {line}\n" in found, "and where the host passes it back"


def test_a_hub_that_is_broken_into_does_not_reach_a_clouds_metadata():
    services = "ip saddr 172.18.0.0/25"
    assert f"\n{services} ip daddr 169.254.0.0/16 drop\n{services} accept\n" in text()


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("0.0.0.0", "\ntcp dport 443 accept"),  # noqa: S104
        ("10.0.0.5", "\nip daddr 10.0.0.5 tcp dport 443 accept"),
        ("127.0.0.1", "\niifname != lo ip daddr 127.0.0.0/8 tcp dport { 443 } drop"),
    ],
)
def test_the_site_is_open_where_it_is_published_and_closed_to_neighbours_on_loopback(address, line):
    found = text(Port(ip_address(address), 443))
    assert line in found
    assert found.count("443") == 1


def test_the_container_has_the_hosts_network_and_the_one_capability_for_it(declare_program):
    firewall = declare_program(CONFIG)["firewall-container"]
    assert firewall["networkMode"] == "host"
    assert firewall["readOnly"] is True
    assert firewall["capabilities"] == {"adds": ["CAP_NET_ADMIN"], "drops": ["ALL"]}
    assert not firewall.keys() & {"volumes", "uploads", "ports", "networksAdvanced", "devices"}
    assert "TABLE=firewall-jupyterhub-test" in firewall["envs"]
    assert "BRIDGE=br-network-brid" in firewall["envs"], "twelve characters of the network's id"


def test_gitlab_is_open_by_itself(declare_program):
    firewall = declare_program(CONFIG | {"gitlab": ANYBODY} | TOKEN)["firewall-container"]
    assert "OPENED=git.example.org:443 git.example.org:22" in firewall["envs"]


def test_without_isolation_nothing_of_it_is_declared(declare_program):
    network = CONFIG["network"] | {"isolation": "none"}
    declared = declare_program(CONFIG | {"network": network})
    assert not [name for name in declared if "firewall" in name and name != "firewall"]
