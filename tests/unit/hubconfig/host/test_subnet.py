"""Whether a stack's subnet fits the engine's host: its networks and its routes."""

import pytest

from tests.unit.hubconfig.host.engines import FakeEngine, network, routes, told

FREE = "give another, such as 10.0.0.0/24"


@pytest.mark.parametrize("subnet", ["172.18.0.0/24", "172.18.0.0/16", "172.18.0.128/25"])
def test_a_subnet_that_overlaps_a_networks_is_told_with_a_free_one(host, subnet):
    engine = FakeEngine(given_networks=(network("physics", "172.30.0.0/24", subnet),))
    assert told(host({}, engine)) == [
        f"network.subnet: 172.18.0.0/24 overlaps {subnet}, which the engine's network physics has: "
        f"{FREE}"
    ]


def test_the_stacks_own_network_may_have_the_subnet_and_a_route(host):
    engine = FakeEngine(given_networks=(network("jupyterhub-lab", "172.18.0.0/24", stack="lab"),))
    sound = host({}, engine, known=routes("172.18.0.0/24 dev br-1", "172.16.0.0/12 via gw dev e0"))
    assert told(sound) == list(sound.advice()) == []


def test_the_stacks_own_network_may_get_another_subnet(host):
    own = network("by-another-prefix", "172.18.0.0/16", stack="lab")
    sound = host({}, FakeEngine(given_networks=(own,)), known=routes(f"172.18.0.0/16 {own.bridge}"))
    assert told(sound) == []


@pytest.mark.parametrize(
    "route",
    [
        "172.18.0.0/16 dev eth0",
        "172.18.0.0/24 dev eth0",
        "172.18.0.0/24 via gw dev vpn0",
        "172.18.0.64/26 via gw dev vpn0",
        "172.18.0.9/32 dev vpn0",
    ],
)
def test_a_subnet_that_would_cut_the_host_off_is_told_with_a_free_one(host, route):
    destination, *_, interface = route.split()
    cut_off = host({}, known=routes(route))
    assert told(cut_off) == [
        f"network.subnet: 172.18.0.0/24 overlaps {destination}, which the host reaches by "
        f"{interface} and could not reach any more: {FREE}"
    ]
    assert list(cut_off.advice()) == []


def test_a_part_of_what_is_behind_a_gateway_is_worth_knowing_and_no_fault(host):
    part = host({}, known=routes("172.16.0.0/12 via gw dev eth0"))
    assert told(part) == []
    [advice] = part.advice()
    assert advice.sentence.startswith(
        "network.subnet: 172.18.0.0/24 is a part of 172.16.0.0/12, which the host reaches by eth0:"
    )


def test_a_free_subnet_is_neither_a_networks_nor_on_a_route(host):
    engine = FakeEngine(given_networks=(network("a", "172.18.0.0/24", "10.0.0.0/24"),))
    known = routes("10.0.1.0/25 dev eth0", "10.0.2.0/23 via gw dev eth0")
    [said] = told(host({}, engine, known=known))
    assert said.endswith("give another, such as 10.0.4.0/24")
