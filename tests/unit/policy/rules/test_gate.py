"""What the docker gate lets through, by its variable POLICY."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from components.gate_policy import PERSON
from hubconfig.servers import Servers
from policy.places import NAME, places
from tests.gate_modules import told
from tests.unit.policy.asking import Row, fault_of

RULE = "the-gate-lets-through-what-is-named"

ACCOUNT = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}"
SHARED = [
    {"source": "sets", "target": "/sets", "read_only": False},
    {"source": "/srv/vision|2", "target": "/vision", "groups": ["lab/vision"]},
]
Content = dict[str, Any]


def gate(content: Content) -> Content:
    """Return the properties of a gate that is told a POLICY."""
    return {"name": "hub-docker-gate", "envs": [f"POLICY={json.dumps(content)}"]}


def changed(change: Callable[[Content], object], **notebook: Any) -> Content:
    """Return the same with something changed in it."""
    content = told(Servers.model_validate({"notebook": notebook}))
    change(content["kinds"])
    return gate(content)


def server(key: str, value: Any) -> Content:
    """Return a gate that lets a server have a key."""
    return changed(lambda kinds: kinds["notebook"]["bodies"][0].update({key: value}))


def host(key: str, value: Any) -> Content:
    """Return a gate that lets a server have a key of the host."""
    return changed(lambda kinds: kinds["notebook"]["bodies"][0]["HostConfig"].update({key: value}))


def take(key: str, value: Any, does: int = 0) -> Content:
    """Return a gate that lets a look have a key of the host."""
    return changed(
        lambda kinds: kinds["look"]["bodies"][does]["HostConfig"].update({key: value}),
        home="/srv/home/{username}",
    )


def owner(source: Any) -> Content:
    """Return a gate that lets the look at an account's home see a place."""
    mount = {"Type": "bind", "Source": source, "Target": "/directory", "ReadOnly": True}
    return changed(
        lambda kinds: kinds["look"]["bodies"][0]["HostConfig"].update({"Mounts": [mount]}),
        system_users=True,
    )


def mounted(source: Any, some: str = "any_of", **given: Any) -> Content:
    """Return a gate that lets a server mount a place."""
    mount = {"Type": "bind", "Source": source, "Target": "/there", **given}
    return host("Mounts", {"each_of": [], "any_of": [], some: [mount]})


def matching(pattern: str) -> Content:
    return {"matches": pattern}


def environment(pattern: str, *each: str) -> Content:
    return {"each_of": [*each], "any_of": [matching(pattern)]}


def leasing(change: Callable[[Content], object], mode: str = "nvidia", number: int = 1) -> Content:
    """Return a gate that lets a server lease GPUs, with something changed in the server."""
    gpus = {"pool": [0, "1:2"], "mode": mode}
    servers = {"gpus": gpus, "profiles": [{"name": "GPU", "gpus": number}]}
    content = told(Servers.model_validate(servers))
    change(content["kinds"]["notebook"]["bodies"][0])
    return gate(content)


def ids(*given: Any, **more: Any) -> Callable[[Content], object]:
    """Return what changes the ids of the GPUs that are leased."""
    return lambda body: body["HostConfig"]["DeviceRequests"][0].update(DeviceIDs=[*given], **more)


def label(value: Any) -> Callable[[Content], object]:
    """Return what changes the label that says which they are."""
    return lambda body: body["Labels"].update({"jupyterhub.gpus": value})


AT = ["HostConfig", "DeviceRequests", 0, "DeviceIDs"]
BAD_PLACES = [
    *("/", "/etc", "/run/docker.sock", "/etc/passwd"),
    *map(matching, ("/etc", ".*", "/srv/.*", "/srv/[^/]*", "/srv|/etc", "(/srv|/etc)", "/sr.")),
    *map(matching, (r"(/srv\\|/etc)", f"/{PERSON}", f"/{ACCOUNT}", f"/x{PERSON}", f"/e{PERSON}")),
    *map(matching, (f"/var/lib/{PERSON}", f"/srv/{PERSON}*", rf"/srv/\{PERSON}", r"/srv/\w")),
]
BAD_PARTS: list[Row] = [
    *(
        (RULE, "docker-gate", given, f"POLICY {said}")
        for given, said in [
            (host("Privileged", True), "notebook[0].HostConfig.Privileged is True; remove it"),
            (host("CapAdd", ["SYS_ADMIN"]), "notebook[0].HostConfig.CapAdd"),
            (host("CapDrop", []), "notebook[0].HostConfig lacks CapDrop ALL"),
            (host("Binds", ["/:/host"]), "notebook[0].HostConfig.Binds"),
            (host("Binds", matching(".*")), "notebook[0].HostConfig.Binds"),
            (host("Memory", 0), "notebook[0].HostConfig.Memory is not limited"),
            (host("PidsLimit", matching(".*")), "notebook[0].HostConfig.PidsLimit"),
            (host("NetworkMode", "host"), "notebook[0].HostConfig.NetworkMode is host"),
            (host("NetworkMode", "another"), "notebook[0].HostConfig.NetworkMode is another"),
            (host("NetworkMode", matching(".*")), "notebook[0].HostConfig.NetworkMode"),
            (host("GroupAdd", ["0"]), "notebook[0].HostConfig.GroupAdd"),
            (host("Runtime", "another"), "notebook[0].HostConfig.Runtime"),
            (server("User", matching(".*")), "notebook[0].User"),
            (server("User", "0"), "notebook[0].User"),
            (server("WorkingDir", matching(".*")), "notebook[0].WorkingDir"),
            (server("Volumes", {"/srv": {}}), "notebook[0].Volumes"),
            (server("Cmd", matching(".*")), "notebook[0].Cmd"),
            (server("Env", ["A=b"]), "notebook[0].Env"),
            (server("Env", environment(".*")), "notebook[0].Env"),
            (server("Env", environment("(HOME)=.*", "LD_PRELOAD=/x")), "notebook[0].Env"),
            (server("Env", environment("(HOME|LD_PRELOAD)=.*")), "notebook[0].Env"),
            (server("Env", environment("(HOME|NVIDIA_[A-Z_]+)=.*")), "notebook[0].Env"),
            (take("Privileged", True), "look[0].HostConfig.Privileged"),
            (take("CapAdd", ["SYS_ADMIN"]), "look[0].HostConfig.CapAdd"),
            (take("NetworkMode", "hub"), "look[0].HostConfig.NetworkMode"),
            (take("Binds", ["/srv:/directory", "/mnt:/directory"]), "look[0].HostConfig.Binds"),
            (take("Binds", ["/srv:/etc"]), "look[0].HostConfig.Binds"),
            (take("Binds", [matching("(/srv|/etc):/directory")]), "look[0].HostConfig.Binds"),
            (take("Binds", [matching("/srv:/directory.*")]), "look[0].HostConfig.Binds"),
            *((owner(place), "look[0].HostConfig.Mounts") for place in BAD_PLACES[:3]),
            *((owner(place), "look[0].HostConfig.Mounts") for place in BAD_PLACES[4:]),
            *((mounted(place), "notebook[0].HostConfig.Mounts") for place in BAD_PLACES),
            (mounted("/etc", "each_of"), "notebook[0].HostConfig.Mounts"),
            (mounted("/srv", BindOptions={"Propagation": "shared"}), "notebook[0].HostConfig.Mou"),
            (mounted("a", Type="volume", VolumeOptions={"DriverConfig": {}}), "notebook[0].HostCo"),
            (mounted("/x", Type="npipe"), "notebook[0].HostConfig.Mounts"),
            (mounted("/x", Type=matching(".*")), "notebook[0].HostConfig.Mounts"),
            (mounted("hub-docker-gate", Type="volume"), "notebook[0].HostConfig.Mounts has volum"),
            (mounted(matching(f"hub-{PERSON}"), Type="volume"), "notebook[0].HostConfig.Mounts ha"),
            *(
                (leasing(change), "notebook[0].HostConfig.DeviceRequests is")
                for change in (
                    *(
                        ids(matching(pattern))
                        for pattern in (".*", "(0|.*)", r"\\d", "(0|all)", "0|1")
                    ),
                    *(ids(matching(pattern)) for pattern in ("(0|/dev/sda)", "", "(0|)", ACCOUNT)),
                    *(ids(matching(pattern)) for pattern in (f"(0|{PERSON})", "[0-9]", "(0|1)*")),
                    ids({"each_of": [], "any_of": [matching("(0|1)")]}),
                    ids({"within": "10.0.0.0/8"}),
                    ids(),
                    ids(matching("(0|1)"), Count=-1),
                    ids(matching("(0|1)"), Driver=matching(".*")),
                    ids(matching("(0|1)"), Options={"a": "b"}),
                    lambda body: body["HostConfig"].update(DeviceRequests=[matching(".*")]),
                )
            ),
            *(
                (leasing(change, "cdi"), "notebook[0].HostConfig.DeviceRequests is")
                for change in (
                    ids(matching(r"nvidia\.com/gpu=.*")),
                    ids(matching(r"(nvidia\.com/gpu=0|vendor\.com/disk=0)")),
                    ids(matching(r"vendor\.com/disk=(0|1)")),
                    ids(matching("nvidia.com/gpu=(0|1)")),
                    ids(matching("(0|1)")),
                )
            ),
            *(
                (leasing(change), "notebook[0].Labels")
                for change in (
                    *map(label, ("0", matching(".*"), matching("(0|1)"), {"joins": AT})),
                    *(
                        label({"joins": at, "after": after})
                        for at, after in ((AT, "0"), ([], ""), (["Cmd"], ""), ([*AT[:2], 1], ""))
                    ),
                    label({"joins": AT, "after": "", "more": ""}),
                    lambda body: body["Labels"].pop("jupyterhub.gpus"),
                    lambda body: body["Labels"].update(more=matching(".*")),
                    lambda body: body["Labels"].update(
                        {"pulumi.stack": {"joins": AT, "after": ""}}
                    ),
                    ids("0"),
                    lambda body: body["HostConfig"].update(DeviceRequests=[]),
                    lambda body: body["HostConfig"]["DeviceRequests"].append(
                        body["HostConfig"]["DeviceRequests"][0]
                    ),
                )
            ),
            (server("Cmd", {"joins": AT, "after": ""}), "notebook[0].Cmd"),
            (
                server("Labels", {"jupyterhub.gpus": "0"}),
                "notebook[0].Labels has jupyterhub.gpus 0",
            ),
            (changed(lambda kinds: kinds.update(more=kinds["notebook"])), "more[0].HostConfig"),
        ]
    ),
]


@pytest.mark.parametrize(("rule", "part", "props", "expected"), BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(rule, part, props, expected):
    assert expected in fault_of(rule, part, props)


@pytest.mark.parametrize(
    "notebook",
    [
        {},
        {"sudo": True},
        {"home": "/srv/home/{username}/files"},
        {"home": "/srv/(a|b)/{username}"},
        {"shared": SHARED},
        {"system_users": True, "shared": SHARED[1:]},
        {"system_users": True, "home": "/data/homes/{username}"},
    ],
    ids=str,
)
@pytest.mark.parametrize("gpus", [{}, {"notebooks": "all"}, {"notebooks": ["0"], "mode": "cdi"}])
@pytest.mark.parametrize("profiles", [[], [{"name": "Large", "cpus": 4}, {"name": "Small"}]])
@pytest.mark.parametrize("own", [[], [{"name": "One", "gpus": 1}, {"name": "Two", "gpus": 2}]])
def test_what_a_stack_file_can_say_breaks_no_rule(notebook, gpus, profiles, own):
    pool = {"pool": [0, "1:2", "GPU-8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0a"]}
    servers = {"notebook": notebook, "gpus": gpus | pool, "profiles": [*profiles, *own]}
    content = told(Servers.model_validate(servers))
    assert fault_of(RULE, "docker-gate", gate(content)) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/srv", ["/srv"]),
        (matching(r"/srv/a\.b"), ["/srv/a.b"]),
        (matching(rf"x\-home\-{PERSON}"), [f"x-home-{NAME}"]),
        (matching(r"(a|/b\|c|d\\|/etc):/e"), ["a:/e", "/b|c:/e", "d\\:/e", "/etc:/e"]),
        (matching("a|b"), []),
        (matching(r"\d"), []),
        ({"matches": 1}, []),
        (None, []),
    ],
)
def test_a_pattern_is_as_many_places_as_it_matches(value, expected):
    assert places(value) == expected
