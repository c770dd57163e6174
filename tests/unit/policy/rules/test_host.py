"""Who sees the engine and the system's files."""

import pytest

from policy.rule import CONTAINER, VOLUME
from tests.unit.policy.asking import Row, fault, fault_of
from tests.unit.policy.resources import SOCKET, bound

BAD: list[Row] = [
    ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [SOCKET]}, "mounts /var/run/docker"),
    *(
        ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [{key: place}]}, f"mounts {place}")
        for key in ("volumeName", "hostPath")
        for place in ("/var/run/docker.sock", "/proc/1/root", "/etc", "/dev", "/root/.ssh")
    ),
    ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [{"hostPath": "/"}]}, "mounts / of"),
    (
        "only-the-hub-sees-the-engine",
        CONTAINER,
        {"mounts": [{"type": "bind", "source": "/home/ada/docker.sock", "target": "/s"}]},
        "mounts /home/ada/docker.sock",
    ),
    ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [{"fromContainer": "h"}]}, "sees"),
    ("only-the-hub-sees-the-engine", VOLUME, {"driverOpts": bound("/var/run")}, "device /var/run,"),
    ("only-the-hub-sees-the-engine", VOLUME, {"driverOpts": bound("/")}, "the device /, which"),
    ("only-the-hub-sees-the-engine", VOLUME, {"driverOpts": bound("//srv/../run")}, "srv/../run,"),
    (
        "only-the-hub-sees-the-engine",
        CONTAINER,
        {
            "mounts": [
                {"type": "volume", "volumeOptions": {"driverOptions": bound("/run/docker.sock")}}
            ]
        },
        "mounts /run/docker.sock of the host",
    ),
    *(
        ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [mount]}, "could become root there")
        for mount in [
            {"hostPath": "/etc/localtime"},
            {"hostPath": "/etc/localtime/../shadow", "readOnly": True},
            {"hostPath": "/etc", "readOnly": True},
            {"hostPath": "/run/docker.sock", "readOnly": True},
        ]
    ),
]
BAD += [
    *(
        (
            "only-the-hub-sees-the-engine",
            CONTAINER,
            {"volumes": [{"hostPath": place}]},
            f"mounts {place} of the host, and with it what others keep there",
        )
        for place in ("/srv", "/mnt", "/home", "/home/x", "/home/x/data", "/srv/../mnt/.")
    ),
    *(
        ("mounts-stay-in-the-container", CONTAINER, {"mounts": [mount]}, said)
        for mount, said in (
            ({"type": "npipe", "source": "a", "target": "/b"}, "the type npipe"),
            ({"type": "bind", "bindOptions": {"propagation": "rshared"}}, "propagation rshared"),
            ({"type": "bind", "bindOptions": {"propagation": "slave"}}, "propagation slave"),
        )
    ),
]
BAD_PARTS: list[Row] = [
    ("the-hub-is-guarded", "hub", {"volumes": [SOCKET]}, "set docker.access to guarded"),
    *(
        (
            "only-the-hub-sees-the-engine",
            part,
            {"volumes": [{"hostPath": "/srv/data"}]},
            "mounts /srv/data of the host, which no part of a hub needs",
        )
        for part in ("hub", "hub-docker-gate", "proxy", "edge", "gitlab")
    ),
    *(
        ("only-the-hub-sees-the-engine", "hub", {"volumes": [mount]}, f"mounts {mount['hostPath']}")
        for mount in (
            {"hostPath": "/", "containerPath": "/host"},
            {"hostPath": "/etc", "containerPath": "/var/run/docker.sock"},
            {"hostPath": "/run/containerd/containerd.sock", "containerPath": "/run/c.sock"},
        )
    ),
]


@pytest.mark.parametrize(("rule", "kind", "props", "expected"), BAD)
def test_what_breaks_a_rule_is_told(rule, kind, props, expected):
    assert expected in fault(rule, kind, props)


@pytest.mark.parametrize(("rule", "part", "props", "expected"), BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(rule, part, props, expected):
    assert expected in fault_of(rule, part, props)
