"""What a change of what the hub asks the engine for means for people."""

from typing import Any

import pytest

from hubconfig.servers import CPU_PERIOD_MICROSECONDS, MIB, Servers
from hubpreview.changes import Operation
from hubpreview.differences import Difference
from labctl.note.consequences import consequences
from labctl.note.container_rules import FOLLOWS
from labctl.note.rules import Weight
from tests.hub_modules import asked_for, asked_for_with
from tests.unit.labctl.note.hubs import part, said_of_file

NEXT = "from its next start on."
POOL = {"pool": [0, 1]}


def said(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what is said where servers are `new` instead of `old`."""
    before, after = (asked_for(Servers.model_validate(servers)) for servers in (old, new))
    return said_of_file("containers.json", before, after)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, []),
        (
            {},
            {"notebook": {"memory_mib": 1024}},
            [f"A server may use `1024` MiB of memory instead of `2048`, {NEXT}"],
        ),
        (
            {},
            {"notebook": {"cpus": 0.5}},
            [f"A server may use `0.5` processors instead of `2.0`, {NEXT}"],
        ),
        (
            {},
            {"notebook": {"pids": 64}},
            [f"A server may have `64` processes instead of `4096`, {NEXT}"],
        ),
        (
            {},
            {"gpus": {"notebooks": ["0", "1"]}},
            [f"GPUs of a server: `0`, `1` instead of none, {NEXT}"],
        ),
        (
            {"gpus": {"notebooks": ["0"]}},
            {"gpus": {"notebooks": ["0", "1"]}},
            [f"GPUs of a server: `0`, `1` instead of `0`, {NEXT}"],
        ),
        (
            {"gpus": {"notebooks": "all"}},
            {"gpus": {"notebooks": ["1"]}},
            [f"GPUs of a server: `1` instead of `all`, {NEXT}"],
        ),
        (
            {"gpus": {"notebooks": ["0"]}},
            {"gpus": {"notebooks": ["0"], "mode": "cdi"}},
            [f"GPUs of a server: `nvidia.com/gpu=0` instead of `0`, {NEXT}"],
        ),
        (
            {"gpus": {"notebooks": "all"}},
            {},
            [f"GPUs of a server: none instead of `all`, {NEXT}"],
        ),
        (
            {"gpus": POOL, "profiles": [{"name": "L", "gpus": [0]}]},
            {"gpus": POOL, "profiles": [{"name": "L", "gpus": 1}]},
            [f"GPUs of a server of the profile `L`: `1` of the pool instead of `0`, {NEXT}"],
        ),
        (
            {"gpus": POOL, "profiles": [{"name": "L", "gpus": 2}]},
            {"gpus": POOL, "profiles": [{"name": "L", "gpus": 1}]},
            [
                "GPUs of a server of the profile `L`: `1` of the pool instead of `2` of the pool, "
                f"{NEXT}"
            ],
        ),
        (
            {"gpus": POOL, "profiles": [{"name": "L", "gpus": 1}]},
            {"gpus": POOL, "profiles": [{"name": "L"}]},
            [f"GPUs of a server of the profile `L`: none instead of `1` of the pool, {NEXT}"],
        ),
        (
            {},
            {"notebook": {"sudo": True}},
            ["People can become root in their own notebooks, from their next start on."],
        ),
        (
            {"notebook": {"sudo": True}},
            {},
            ["People cannot become root in their notebooks any more, from their next start on."],
        ),
        (
            {"profiles": [{"name": "Large", "memory_mib": 4096}, {"name": "Small"}]},
            {"profiles": [{"name": "Large", "memory_mib": 8192}, {"name": "Small"}]},
            [
                "A server of the profile `Large` may use `8192` MiB of memory instead of `4096`, "
                f"{NEXT}"
            ],
        ),
        (
            {"notebook": {"memory_mib": 1024}, "profiles": [{"name": "L", "memory_mib": 4096}]},
            {"notebook": {"memory_mib": 2048}, "profiles": [{"name": "L", "memory_mib": 4096}]},
            [],
        ),
        ({"profiles": [{"name": "Large"}]}, {"profiles": [{"name": "Small"}]}, []),
    ],
    ids=str,
)
def test_what_servers_get_is_told(old, new, expected):
    assert said(old, new) == expected


LINES = [
    ('"Privileged": True,', "`HostConfig.Privileged` is `true` instead of —"),
    ('"CapAdd": ["SYS_ADMIN"],', "`HostConfig.CapAdd` is"),
    ('"PidMode": "host",', "`HostConfig.PidMode` is `host`"),
    ('"Binds": ["/srv:/srv"],', "`HostConfig.Binds` is"),
    ('"CgroupParent": "/",', "`HostConfig.CgroupParent` is `/`"),
    ('"Runtime": "another",', "`HostConfig.Runtime` is `another`"),
    ('"Sysctls": {"kernel.msgmax": "1"},', "`HostConfig.Sysctls` is"),
]


@pytest.mark.parametrize(("line", "expected"), LINES, ids=[line for line, _ in LINES])
def test_a_right_that_is_written_into_the_program_is_told_in_words(line, expected):
    [told] = said_of_file("containers.json", asked_for(), asked_for_with(line))
    assert told.startswith(f"A server gets other rights on the host, {NEXT[:-1]}: {expected}")
    assert told.endswith("Read this closely.")


def test_a_right_that_goes_is_told_among_what_matters_most():
    lost = "containers.json.servers[Small].container.HostConfig.SecurityOpt"
    hub = part(Operation.UPDATE, "hub-container", Difference(lost, ["no-new-privileges"], None))
    [found] = consequences([hub], "")
    assert found.weight == Weight.SERVERS
    assert found.text.startswith("A server of the profile `Small` gets other rights on the host")


def test_looks_at_the_host_are_told():
    before = asked_for()
    after = asked_for()
    after["looks"]["take"]["HostConfig"]["CapAdd"] = ["CHOWN", "SYS_ADMIN"]
    [told] = said_of_file("containers.json", before, after)
    assert told.startswith("The hub looks at the host with other rights: ")
    assert "SYS_ADMIN" in told


def test_a_look_that_does_the_same_is_not_told():
    before, after = asked_for(), asked_for(Servers.model_validate({"notebook": {"uid": 2000}}))
    for look in after["looks"].values():
        look["Image"] = "another"
    assert before["looks"] != after["looks"]
    assert said_of_file("containers.json", before, after) == []
    after["looks"]["take"]["Cmd"][2] = "chmod 0777 /directory"
    assert len(said_of_file("containers.json", before, after)) == 1


def test_what_is_said_elsewhere_is_not_told_twice():
    before, after = asked_for(), asked_for()
    [server] = after["servers"]
    for path in FOLLOWS - {"Image"}:  # of which image_rules.py tells
        place, _, key = path.rpartition(".")
        (server["container"][place] if place else server["container"])[key] = "another"
    assert before != after
    assert said_of_file("containers.json", before, after) == []


OF_ITS_OWN = {
    "Env": (["NVIDIA_VISIBLE_DEVICES=all"], '`Env` is `["NVIDIA_VISIBLE_DEVICES=all"]` instead'),
    "HostConfig.NetworkMode": ("bridge", "`HostConfig.NetworkMode` is `bridge` instead of `hub`"),
}


@pytest.mark.parametrize(
    "also",
    [{}, {"User": "root"}, {"HostConfig.DeviceRequests": [{"DeviceIDs": ["0"]}]}],
    ids=str,
)
def test_a_network_and_variables_are_told_with_whatever_else_changes(also):
    before, after = asked_for(), asked_for()
    [server] = after["servers"]
    given = {path: value for path, (value, _) in OF_ITS_OWN.items()}
    for path, value in (given | also).items():
        place, _, key = path.rpartition(".")
        (server["container"][place] if place else server["container"])[key] = value
    said = said_of_file("containers.json", before, after)
    for _, expected in OF_ITS_OWN.values():
        assert [
            text for text in said if f"other rights on the host, {NEXT[:-1]}: {expected}" in text
        ]


def test_the_network_of_another_prefix_is_told_once():
    place = "containers.json.servers[].container.HostConfig.NetworkMode"
    changes = (Difference("settings.json.network", "hub", "a"), Difference(place, "hub", "a"))
    assert consequences([part(Operation.UPDATE, "hub-container", *changes)], "") == []


def test_fewer_dropped_capabilities_are_told_if_nobody_becomes_root():
    before, after = asked_for(), asked_for()
    after["servers"][0]["container"]["HostConfig"]["CapDrop"] = ["NET_RAW", "MKNOD"]
    [told] = said_of_file("containers.json", before, after)
    assert told.startswith("A server gets other rights on the host")


def test_units_are_the_programs():
    [server] = asked_for()["servers"]
    host = server["container"]["HostConfig"]
    assert host["CpuPeriod"] == CPU_PERIOD_MICROSECONDS
    assert host["Memory"] % MIB == 0


def test_a_label_of_leases_that_changes_alone_is_told():
    before = asked_for(
        Servers.model_validate({"gpus": POOL, "profiles": [{"name": "L", "gpus": 1}]})
    )
    after = asked_for(
        Servers.model_validate({"gpus": POOL, "profiles": [{"name": "L", "gpus": 1}]})
    )
    del after["servers"][0]["container"]["Labels"]["jupyterhub.gpus"]
    [told] = said_of_file("containers.json", before, after)
    assert "other rights on the host" in told


@pytest.mark.parametrize("part", [{"Driver": "another"}, {"Options": {"a": "b"}}], ids=str)
def test_a_request_for_gpus_that_asks_for_more_is_told(part):
    before = asked_for(Servers.model_validate({"gpus": {"notebooks": ["0"]}}))
    after = asked_for(Servers.model_validate({"gpus": {"notebooks": ["0"]}}))
    after["servers"][0]["container"]["HostConfig"]["DeviceRequests"][0].update(part)
    [told] = said_of_file("containers.json", before, after)
    assert told.startswith("A server gets other rights on the host")
