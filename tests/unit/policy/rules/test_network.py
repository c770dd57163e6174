"""Who can be reached from where."""

from typing import Any

import pytest
from pulumi_policy import PolicyResource, StackValidationArgs, StackValidationPolicy
from pulumi_policy.proxy import unknown_checking_proxy

from policy.rule import CONTAINER, NETWORK, STACK
from tests.unit.policy.asking import RULES, Row, fault, fault_of, options, told
from tests.unit.policy.resources import EVERYWHERE

BAD: list[Row] = [
    (
        "only-the-door-is-published",
        CONTAINER,
        {"ports": [{"internal": 8080.0, "external": 8929.0, "ip": EVERYWHERE}]},
        "publishes port 8929 on 0.0.0.0",
    ),
    ("only-the-door-is-published", CONTAINER, {"ports": [{"internal": 80.0}]}, "port 80 on 0.0."),
    ("only-the-door-is-published", CONTAINER, {"publishAllPorts": True}, "name the ports"),
    ("stacks-share-nothing", STACK, {}, "172.18.0.0/24 is also claimed by stack other"),
]
BAD_PARTS: list[Row] = [
    *(
        ("only-the-door-is-published", part, {"ports": [port]}, f"port {port['internal']:.0f} on")
        for part, port in [
            ("proxy", {"internal": 8001.0, "ip": EVERYWHERE}),
            ("edge", {"internal": 2019.0, "ip": EVERYWHERE}),
            ("hub", {"internal": 8000.0, "ip": EVERYWHERE}),
        ]
    ),
]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("rule", "kind", "props", "expected"), BAD)
def test_what_breaks_a_rule_is_told(rule, kind, props, expected):
    assert expected in fault(rule, kind, props)


@pytest.mark.parametrize(("rule", "part", "props", "expected"), BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(rule, part, props, expected):
    assert expected in fault_of(rule, part, props)


def test_a_stack_without_a_file_is_told(files):
    (files / "Pulumi.dev.yaml").unlink()
    assert "there is no Pulumi.dev.yaml" in told("stacks-share-nothing", STACK, {})


RANGE_OF_6 = {"subnet": "fd00::/64", "gateway": "fd00::1", "ipRange": "fd00::8000/113"}
RANGE = {"subnet": "172.30.0.0/24", "gateway": "172.30.0.1", "ipRange": "172.30.0.128/25"}


@pytest.mark.parametrize(
    ("config", "addresses", "expected"),
    [
        (RANGE, ["172.30.0.2", "172.30.0.3", None], ""),
        (RANGE, ["172.31.0.2"], "172.31.0.2 is not in the network's subnet 172.30.0.0/24"),
        (RANGE, ["172.30.0.200"], "172.30.0.200 may be handed out, since it is in the ipRange"),
        ({"subnet": "172.30.0.0/24"}, ["172.30.0.2"], "the network has no ipRange"),
        (RANGE, ["172.30.0.1"], "172.30.0.1 is also the address of the host"),
        (RANGE, ["172.30.0.2", "172.30.0.2"], "172.30.0.2 is also the address of zero"),
        (RANGE, ["fd00::2"], ""),
        (RANGE, ["fd00::8002"], "fd00::8002 may be handed out, since it is in the ipRange"),
    ],
)
def test_fixed_addresses(config, addresses, expected):
    def resource(name: str, kind: str, props: dict[str, Any]) -> PolicyResource:
        shown = unknown_checking_proxy(props)
        return PolicyResource(kind, shown, f"urn::{name}", name, options(), None, None, [], {})

    def version(address: str | None) -> str:
        return "ipv6Address" if ":" in (address or "") else "ipv4Address"

    names = ("zero", "one", "two")
    resources = [
        resource("bridge", NETWORK, {"name": "net", "ipamConfigs": [config, RANGE_OF_6]}),
        *(
            resource(name, CONTAINER, {"networksAdvanced": [{"name": "net", version(at): at}]})
            for name, at in zip(names, addresses, strict=False)
        ),
    ]
    policy = RULES["fixed-addresses-stay-free"]
    assert isinstance(policy, StackValidationPolicy)
    messages: list[tuple[str, str | None]] = []
    policy.validate(StackValidationArgs(resources), lambda *told: messages.append(told))
    assert len(messages) == bool(expected)
    for message, urn in messages:
        assert expected in message
        assert urn == f"urn::{names[len(addresses) - 1]}"


@pytest.mark.parametrize(
    ("parts", "told_of"),
    [
        (["hub", "firewall"], []),
        (["hub"], ["hub"]),
        (["physics-hub", "physics-firewall", "biology-hub"], ["biology-hub"]),
        (["proxy"], []),
    ],
)
def test_a_hub_without_a_firewall_is_told(parts, told_of):
    def container(part: str) -> PolicyResource:
        component = part.rpartition("-")[2].capitalize()
        name = f"{part}-container"
        urn = f"urn:pulumi:dev::jupyterhub::jupyterhub:index:{component}${CONTAINER}::{name}"
        return PolicyResource(CONTAINER, {}, urn, name, options(), None, None, [], {})

    policy = RULES["notebooks-are-isolated"]
    assert isinstance(policy, StackValidationPolicy)
    messages: list[tuple[str, str | None]] = []
    policy.validate(
        StackValidationArgs([container(part) for part in parts]),
        lambda *told: messages.append(told),
    )
    assert [str(urn).rpartition("::")[2] for _, urn in messages] == [
        f"{part}-container" for part in told_of
    ]
    assert all("set network.isolation to firewall" in message for message, _ in messages)
