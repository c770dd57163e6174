"""What a container may do to its host."""

import inspect
import re
from typing import Any

import pulumi_docker as docker
import pytest

from policy.rule import CONTAINER
from policy.rules.rights import ALLOWED, ELSEWHERE, FREE, NAMESPACES
from tests.unit.policy.asking import Row, fault, fault_of
from tests.unit.policy.resources import FIREWALL

REACHING: list[tuple[str, Any]] = [
    ("cgroupParent", "/"),
    ("runtime", "runc-of-mine"),
    ("sysctls", {"kernel.shm_rmid_forced": "1"}),
    ("logDriver", "syslog"),
    ("deviceRequests", [{"driver": "fpga"}]),
    ("ipcMode", "host"),
    ("cgroupnsMode", "host"),
    ("usernsMode", "host"),
    ("pidMode", "container:hub"),
    ("networkMode", "container:hub"),
    ("deviceCgroupRules", ["b 8:* rwm"]),
]
BAD: list[Row] = [
    ("containers-keep-off-the-host", CONTAINER, {"privileged": True}, "privileged is true"),
    ("containers-keep-off-the-host", CONTAINER, {"networkMode": "host"}, "networkMode is host"),
    ("containers-keep-off-the-host", CONTAINER, {"pidMode": "host"}, "pidMode is host"),
    ("containers-keep-off-the-host", CONTAINER, {"ipcMode": "container:1"}, "ipcMode is cont"),
    ("containers-keep-off-the-host", CONTAINER, {"devices": [{"hostPath": "/dev/kvm"}]}, "/kvm"),
    ("containers-have-few-rights", CONTAINER, {"capabilities": {"drops": []}}, "drop ALL"),
    (
        "containers-have-few-rights",
        CONTAINER,
        {"capabilities": {"drops": ["ALL"], "adds": ["CAP_SYS_ADMIN"]}},
        "adds has SYS_ADMIN",
    ),
    ("containers-have-few-rights", CONTAINER, {"securityOpts": []}, "no-new-privileges:true"),
    (
        "containers-have-few-rights",
        CONTAINER,
        {"securityOpts": ["no-new-privileges:true", "seccomp=unconfined"]},
        "has seccomp=unconfined",
    ),
    (
        "containers-have-few-rights",
        CONTAINER,
        {"securityOpts": ["no-new-privileges:true", "no-new-privileges:false"]},
        "has no-new-privileges:false",
    ),
    (
        "containers-have-few-rights",
        CONTAINER,
        {"securityOpts": ["no-new-privileges", "label=disable"]},
        "has label=disable",
    ),
    *(
        (
            "containers-have-few-rights",
            CONTAINER,
            {"securityOpts": ["no-new-privileges", option]},
            said,
        )
        for option, said in (
            ('seccomp={"defaultAction": "SCMP_ACT_ALLOW"}', 'has seccomp={"defaultAction"'),
            ("apparmor=mine", "has apparmor=mine; remove it"),
            ("systempaths=unconfined", "has systempaths=unconfined"),
            ("label=type:spc_t", "has label=type:spc_t"),
        )
    ),
    *(
        ("containers-keep-off-the-host", CONTAINER, {key: value}, f"{key} is {said}; remove it")
        for key, value in REACHING
        for said in [value if isinstance(value, str) else "not as it may be"]
    ),
    (
        "containers-keep-off-the-host",
        CONTAINER,
        {"networksAdvanced": [{"name": "host"}]},
        "networkMode is host",
    ),
]


BAD_PARTS: list[Row] = [
    ("containers-keep-off-the-host", "hub", FIREWALL, "networkMode is host"),
    ("containers-have-few-rights", "proxy", FIREWALL, "adds has NET_ADMIN"),
    *(
        (rule, "firewall", FIREWALL | props, expected)
        for props in (
            {"readOnly": False},
            {"volumes": [{"hostPath": "/srv", "containerPath": "/srv"}]},
            {"mounts": [{"type": "bind", "source": "/srv", "target": "/srv"}]},
            {"uploads": [{"file": "/x", "content": "x"}]},
        )
        for rule, expected in (
            ("containers-keep-off-the-host", "networkMode is host"),
            ("containers-have-few-rights", "adds has NET_ADMIN"),
        )
    ),
    ("containers-keep-off-the-host", "firewall", FIREWALL | {"pidMode": "host"}, "pidMode is host"),
    (
        "containers-have-few-rights",
        "firewall",
        FIREWALL | {"capabilities": {"drops": ["ALL"], "adds": ["CAP_NET_ADMIN", "CAP_NET_RAW"]}},
        "adds has NET_RAW",
    ),
]


@pytest.mark.parametrize(("rule", "part", "props", "expected"), BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(rule, part, props, expected):
    assert expected in fault_of(rule, part, props)


@pytest.mark.parametrize(("rule", "kind", "props", "expected"), BAD)
def test_what_breaks_a_rule_is_told(rule, kind, props, expected):
    assert expected in fault(rule, kind, props)


def test_every_input_of_the_provider_has_its_place():
    """An input of a newer provider is refused until it is named."""
    given = {*inspect.signature(docker.ContainerArgs).parameters}
    inputs = {re.sub("_(.)", lambda found: found[1].upper(), name) for name in given}
    named = FREE | ELSEWHERE | NAMESPACES.keys() | ALLOWED.keys() | {"networkMode"}
    assert inputs - named == {"cgroupParent"}
    assert named - inputs == set()
