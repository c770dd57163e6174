"""What the hub asks the engine for, in the terms of the Engine API."""

import json
from typing import Any

import pytest

from hubconfig.sections.gpus import GpuArgs
from hubconfig.sections.notebook import NotebookArgs
from hubconfig.sections.profiles import Profile
from hubconfig.servers import Servers
from tests.hub_modules import asked_for, server_of
from tests.unit.stack_files import CONFIG

UUID = "8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0a"
GPU, MIG = f"GPU-{UUID}", f"MIG-{UUID}"
GIB = 1024**3
Request = dict[str, Any]


def nvidia(**which: Any) -> list[Request]:
    return [{"Driver": "nvidia", "Capabilities": [["gpu"]], **which}]


def cdi(*names: str) -> list[Request]:
    return [{"Driver": "cdi", "DeviceIDs": [f"nvidia.com/gpu={name}" for name in names]}]


REQUESTS: list[tuple[Any, str, list[Request]]] = [
    ("none", "nvidia", []),
    ("none", "cdi", []),
    ("all", "nvidia", nvidia(Count=-1)),
    ([0, GPU], "nvidia", nvidia(DeviceIDs=["0", GPU])),
    ("all", "cdi", cdi("all")),
    ([MIG, "0:1"], "cdi", cdi(MIG, "0:1")),
]


@pytest.mark.parametrize(("devices", "mode", "expected"), REQUESTS, ids=str)
def test_gpus_are_asked_of_the_engine(devices, mode, expected):
    gpus = GpuArgs(notebooks=devices, mode=mode)
    assert gpus.wanted == bool(expected)
    assert server_of(Servers(gpus=gpus))["HostConfig"]["DeviceRequests"] == expected


@pytest.mark.parametrize(
    ("devices", "mode", "visible"),
    [
        ("none", "nvidia", ["NVIDIA_VISIBLE_DEVICES=void"]),
        ("all", "cdi", ["NVIDIA_VISIBLE_DEVICES=void"]),
        ("all", "nvidia", []),
    ],
)
def test_nothing_but_the_request_shows_gpus(devices, mode, visible):
    assert server_of(Servers(gpus=GpuArgs(notebooks=devices, mode=mode)))["Env"] == visible


@pytest.mark.parametrize("sudo", [False, True])
def test_only_who_may_become_root_keeps_what_that_takes(sudo):
    body = server_of(Servers(notebook=NotebookArgs(sudo=sudo)))
    host = body["HostConfig"]
    assert host["CapDrop"] == (["NET_RAW", "MKNOD"] if sudo else ["ALL"])
    assert host.get("SecurityOpt") == (None if sudo else ["no-new-privileges"])
    assert body.get("User") == ("root" if sudo else None)
    assert ("GRANT_SUDO=yes" in body["Env"]) is sudo


def test_a_server_that_ends_stays_until_the_hub_has_its_log():
    host = server_of(Servers())["HostConfig"]
    assert "AutoRemove" not in host
    assert host["RestartPolicy"] == {"Name": "no"}
    assert host["LogConfig"] == {
        "Type": "json-file",
        "Config": {"max-size": "10m", "max-file": "3"},
    }
    assert host["NetworkMode"] == "hub", "the stack's own network, and no other"
    assert host.keys().isdisjoint({"PortBindings", "Privileged", "CapAdd", "Devices", "Binds"})


def test_without_profiles_a_server_has_what_all_have():
    notebook = NotebookArgs(memory_mib=3072, cpus=1.5, pids=100)
    [server] = asked_for(Servers(notebook=notebook))["servers"]
    assert server["profile"] == ""
    host = server["container"]["HostConfig"]
    assert host["Memory"] == host["MemorySwap"] == 3 * GIB, "no swap beyond the memory"
    assert host["CpuQuota"] / host["CpuPeriod"] == 1.5
    assert host["PidsLimit"] == 100


NOTEBOOK = NotebookArgs(memory_mib=1024, cpus=1)
GPUS = GpuArgs(notebooks=["0"], mode="cdi", pool=[0, 1, 2])


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, {}),
        (
            {"memory_mib": 8192, "cpus": 0.5},
            {"Memory": 8 * GIB, "MemorySwap": 8 * GIB, "CpuQuota": 50_000, "ShmSize": 4 * GIB},
        ),
        ({"gpus": "none"}, {"DeviceRequests": []}),
        ({"gpus": 2}, {"DeviceRequests": cdi("{gpu}", "{gpu}")}),
        ({"gpus": [1, 2]}, {"DeviceRequests": cdi("1", "2")}),
    ],
    ids=str,
)
def test_a_profile_overrides_what_it_names(own, expected):
    profile = Profile.model_validate({"name": "Large", **own})
    asked = asked_for(Servers(notebook=NOTEBOOK, gpus=GPUS, profiles=(profile,)))
    [without] = asked_for(Servers(notebook=NOTEBOOK, gpus=GPUS))["servers"]
    [server] = asked["servers"]
    assert server["profile"] == "Large"
    same = without["container"]["HostConfig"]
    assert (same["Memory"], same["CpuQuota"], same["DeviceRequests"]) == (GIB, 100_000, cdi("0"))
    leased = {"jupyterhub.gpus": "{gpus}"} if own == {"gpus": 2} else {}
    labels = without["container"]["Labels"] | leased
    assert server["container"] == without["container"] | {
        "Labels": labels,
        "HostConfig": same | expected,
    }


def test_what_a_site_gives_servers_besides():
    given = {
        "shm_mib": 512,
        "environment": {"HF_HOME": "/data", "A": 1},
        "timezone": "Europe/Berlin",
        "ulimits": {"nofile": 65536, "memlock": -1},
        "extra_hosts": {"license.example.org": "10.0.0.7"},
        "dns": ["10.0.0.53"],
    }
    body = server_of(Servers.model_validate({"notebook": given}))
    assert {"A=1", "HF_HOME=/data", "TZ=Europe/Berlin"} <= {*body["Env"]}
    host = body["HostConfig"]
    assert host["ShmSize"] == GIB // 2
    assert host["Ulimits"] == [
        {"Name": "memlock", "Soft": -1, "Hard": -1},
        {"Name": "nofile", "Soft": 65536, "Hard": 65536},
    ]
    assert (host["ExtraHosts"], host["Dns"]) == (["license.example.org:10.0.0.7"], ["10.0.0.53"])


def test_shared_memory_is_half_of_a_servers_and_no_more_than_all_of_it():
    small = Profile.model_validate({"name": "S", "memory_mib": 256})
    for shm, expected in ((None, 128), (1024, 256)):
        servers = Servers(notebook=NotebookArgs(shm_mib=shm), profiles=(small,))
        assert server_of(servers)["HostConfig"]["ShmSize"] == expected * 2**20


def test_profiles_are_in_their_order():
    profiles = tuple(Profile(name=name) for name in ("Small", "Large", "Huge"))
    servers = asked_for(Servers(profiles=profiles))["servers"]
    assert [server["profile"] for server in servers] == ["Small", "Large", "Huge"]


@pytest.mark.parametrize("system_users", [False, True])
def test_looks_at_the_host_can_do_little(system_users):
    looks = asked_for(Servers(notebook=NotebookArgs(system_users=system_users)))["looks"]
    for does, body in looks.items():
        host = body["HostConfig"]
        assert host["NetworkMode"] == "none"
        assert host["ReadonlyRootfs"] is True
        assert host["CapDrop"] == ["ALL"]
        assert host.get("CapAdd", []) == (["CHOWN"] if does == "take" else [])
        assert host["SecurityOpt"] == ["no-new-privileges"]
        assert body["User"] == ("0:0" if does == "take" else "65534:65534")
        assert all(mount["ReadOnly"] for mount in host.get("Mounts", []))
        assert body["Labels"]["jupyterhub.part"] == "look"


def test_the_hub_has_them_in_a_file(declare_program):
    _, upload = declare_program(CONFIG)["hub-container"]["uploads"]
    assert upload["file"] == "/etc/jupyterhub/containers.json"
    [server] = json.loads(upload["content"])["servers"]
    assert server["container"]["HostConfig"]["NetworkMode"] == "jupyterhub-test"
    labels = {"pulumi.project": "jupyterhub", "pulumi.stack": "test"}
    assert server["container"]["Labels"] == labels | {"jupyterhub.part": "notebook"}
