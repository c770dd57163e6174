"""What notebooks get: bad settings are named, good ones arrive at the engine as meant."""

import runpy
from types import SimpleNamespace
from typing import Any

import pytest
from docker.types import HostConfig
from pulumi import RunError
from pydantic import ValidationError

from components.gpus import GpuArgs
from components.notebook import NotebookArgs
from components.settings import Stack

container = SimpleNamespace(**runpy.run_path("images/hub/notebook_container.py"))
"""Run, not imported: no bytecode in the image's build context."""

STACK = Stack(prefix="hub", labels={"pulumi.stack": "test"})
UUID = "8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0a"
GPU, MIG = f"GPU-{UUID}", f"MIG-{UUID}"


def shared(**changes: Any) -> dict[str, Any]:
    return {"shared": [{"source": "/srv/data", "target": "/data", **changes}]}


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"home": ""}, "home", "expected volume, or a directory of the host with {username} once"),
    ({"home": "/srv/home"}, "home", "with {username} once"),
    ({"home": "/srv/{user}"}, "home", "with {username} once"),
    ({"home": "/srv/{username}/{username}"}, "home", "with {username} once"),
    ({"home": "/srv/{username}/{servername}"}, "home", "with {username} once"),
    ({"home": "/srv/{username!r}"}, "home", "with {username} once"),
    ({"home": "srv/{username}"}, "home", "expected an absolute path without '..'"),
    ({"home": "/srv/../{username}"}, "home", "expected an absolute path without '..'"),
    ({"home": "/srv//{username}/"}, "home", "write it as /srv/{username}"),
    ({"home": "//srv/{username}"}, "home", "write it as /srv/{username}"),
    ({"home": "/run/{username}"}, "home", "lies in /run, with which a notebook could become root"),
    ({"home": "/srv/a:b-{username}"}, "home", "the engine takes no path with a colon"),
    ({"home": "/var/{username}"}, "home", "a person could choose a name that is a folder of the"),
    ({"home": "/opt/{username}"}, "home", "a person could choose a name that is a folder of the"),
    ({"home": "/var/lib/{username}"}, "home", "a person could choose a name that is a folder of"),
    ({"home": "/home/u{username}"}, "home", "or the home of one of its accounts"),
    (shared(source="data/x"), "shared.0.source", "expected an absolute path"),
    (shared(source="/"), "shared.0.source", "holds or lies in /run"),
    (shared(source="/var"), "shared.0.source", "holds or lies in /var/run"),
    (shared(source="/var/run/docker.sock"), "shared.0.source", "lies in /var/run"),
    (shared(source="/var/lib/docker/volumes"), "shared.0.source", "lies in /var/lib/docker"),
    (shared(source="/etc"), "shared.0.source", "lies in /etc"),
    (shared(source="/opt"), "shared.0.source", "holds or lies in /opt/containerd"),
    (shared(source="/var/log/lab"), "shared.0.source", "holds or lies in /var/log"),
    (shared(source="/home"), "shared.0.source", "can be, the home of one of the host's accounts"),
    (shared(source="/home/ada"), "shared.0.source", "can be, the home of one of the host's acc"),
    (shared(source="/srv/a:b"), "shared.0.source", "the engine takes no path with a colon"),
    (shared(source="/srv/a\nb"), "shared.0.source", "no path with a colon or a line break"),
    (shared(source="/srv/../etc"), "shared.0.source", "without '..'"),
    (shared(source="/srv/{username}"), "shared.0.source", "braces are not expected"),
    (shared(source="a b"), "shared.0.source", "or the name of a volume"),
    (shared(source=""), "shared.0.source", "or the name of a volume"),
    (shared(target="data"), "shared.0.target", "expected an absolute path"),
    (shared(target="/"), "shared.0.target", "notebooks need what the image has there"),
    (shared(target="/usr/share"), "shared.0.target", "notebooks need what the image has there"),
    (shared(target="/tmp"), "shared.0.target", "notebooks need what the image has"),  # noqa: S108
    (shared(target="/var"), "shared.0.target", "notebooks need what the image has there"),
    (shared(target="/opt/conda"), "shared.0.target", "notebooks need what the image has there"),
    (shared(target="/a:b"), "shared.0.target", "the engine takes no path with a colon"),
    (shared(target="/data/{username}"), "shared.0.target", "braces are not expected"),
    (shared(target="/home"), "", "would hide people's own files in /home/ubuntu"),
    (shared(target="/home/ubuntu"), "", "would hide people's own files"),
    (shared(target="/home/ubuntu/.local"), "", "too deep in people's home"),
    (shared(target="/home/ubuntu/a/b"), "", "such as /home/ubuntu/b"),
    (shared(groups=[]), "shared.0.groups", "at least 1 item"),
    (shared(group="lab"), "shared.0.group", "Extra inputs are not permitted"),
    ({"shared": shared()["shared"] * 2}, "", "targets /data and /data are, or hold, one another"),
    (
        {"shared": [*shared()["shared"], *shared(target="/data/more")["shared"]]},
        "",
        "targets /data and /data/more are, or hold, one another",
    ),
    ({"system_users": True, "sudo": True}, "", "become root on the host"),
    ({"system_users": True, "home": "/srv/{username}"}, "", "remove home"),
    ({"system_users": True, **shared(target="/home/data")}, "", "among the accounts' homes"),
    (
        {"system_users": True, **shared(source="data", read_only=False)},
        "",
        "volume data cannot belong to every account at once",
    ),
]


@pytest.mark.parametrize(("settings", "key", "sentence"), BAD, ids=[str(s) for s, _, _ in BAD])
def test_bad_settings_are_named(settings, key, sentence):
    with pytest.raises(ValidationError) as caught:
        NotebookArgs.model_validate(settings)
    [fault] = caught.value.errors()
    assert ".".join(map(str, fault["loc"])) == key
    assert sentence in fault["msg"]


GOOD: list[dict[str, Any]] = [
    {"home": "/home/data/jupyterhub/user-data-{username}"},
    {"home": "/srv/{username}/work"},
    shared(source="/var/data"),
    shared(source="/home/data/sets"),
    shared(source="data-sets_1.0"),
    shared(target="/home/ubuntu/data"),
    shared(target="/home/ubuntu/data", groups=["lab", "lab/vision"], read_only=False),
    {"shared": [*shared()["shared"], *shared(target="/database")["shared"]]},
    {"system_users": True, **shared(source="data")},
]


@pytest.mark.parametrize("settings", GOOD, ids=str)
def test_good_settings_are_taken(settings):
    assert NotebookArgs.model_validate(settings)


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({"home": "/srv/docker/{username}"}, True),
        (shared(source="/srv"), True),
        (shared(source="/srv/docker"), True),
        (shared(source="docker"), False),
        (shared(source="/srv/dock"), False),
        ({}, False),
    ],
    ids=str,
)
def test_the_engines_socket_is_kept_from_notebooks_wherever_it_is(settings, seen):
    told = list(NotebookArgs.model_validate(settings).faults_with("/srv/docker/docker.sock"))
    assert ["the engine's socket /srv/docker/docker.sock" in fault for fault in told] == (
        [True] if seen else []
    )


@pytest.mark.parametrize(
    ("devices", "sentence"),
    [
        ([], "expected none, all or a list, such as [0, 1]"),
        ("some", "expected none, all or a list, such as [0, 1]"),
        ("0", "expected none, all or a list, such as [0, 1]"),
        (0, "expected none, all or a list, such as [0, 1]"),
        ([-1], "-1 is no GPU: give an index such as 0, or a UUID"),
        ([True], "True is no GPU"),
        (["GPU-aaaa"], "GPU-aaaa is no GPU"),
        ([UUID], f"{UUID} is no GPU"),
        (["0,1"], "0,1 is no GPU"),
        (["nvidia.com/gpu=0"], "nvidia.com/gpu=0 is no GPU"),
        ([0, "0"], "a GPU is named twice in 0, 0"),
    ],
    ids=str,
)
def test_bad_gpus_are_named(devices, sentence):
    with pytest.raises(ValidationError) as caught:
        GpuArgs(notebooks=devices)
    [fault] = caught.value.errors()
    assert fault["loc"] == ("notebooks",)
    assert sentence in fault["msg"]


def nvidia(**which: Any) -> list[dict[str, Any]]:
    return [{"Driver": "nvidia", "Capabilities": [["gpu"]], **which}]


def cdi(*names: str) -> list[dict[str, Any]]:
    return [{"Driver": "cdi", "DeviceIDs": [f"nvidia.com/gpu={name}" for name in names]}]


REQUESTS: list[tuple[Any, str, list[dict[str, Any]]]] = [
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
    config = container.host_config(NotebookArgs().hub_settings(STACK), gpus.model_dump(mode="json"))
    assert gpus.wanted == bool(expected)
    sent = HostConfig(version="1.41", **config).get("DeviceRequests", [])  # as DockerSpawner does
    assert [{key: value for key, value in one.items() if value} for one in sent] == expected


@pytest.mark.parametrize(
    ("devices", "mode", "visible"),
    [("none", "nvidia", "void"), ("all", "cdi", "void"), ("all", "nvidia", None)],
)
def test_nothing_but_the_request_shows_gpus(devices, mode, visible):
    gpus = GpuArgs(notebooks=devices, mode=mode).model_dump(mode="json")
    variables = container.environment(NotebookArgs().hub_settings(STACK), gpus)
    assert variables.get("NVIDIA_VISIBLE_DEVICES") == visible


@pytest.mark.parametrize("sudo", [False, True])
def test_only_who_may_become_root_keeps_what_that_takes(sudo):
    notebook = NotebookArgs(sudo=sudo).hub_settings(STACK)
    gpus = GpuArgs().model_dump(mode="json")
    config = container.host_config(notebook, gpus)
    assert config.get("cap_drop") == (["NET_RAW", "MKNOD"] if sudo else ["ALL"])
    assert config.get("security_opt") == (None if sudo else ["no-new-privileges"])
    assert container.environment(notebook, gpus).get("GRANT_SUDO") == ("yes" if sudo else None)


EVERYONE = {"source": "sets", "target": "/sets"}
VISION = {"source": "/srv/v", "target": "/v", "groups": ["lab/vision"], "read_only": False}
SEVERAL = {"source": "/srv/s", "target": "/s", "groups": ["lab", "staff"]}


@pytest.mark.parametrize(
    ("groups", "targets"),
    [
        (set(), ["/sets"]),
        ({"other", "vision"}, ["/sets"]),
        ({"lab/vision"}, ["/sets", "/v"]),
        ({"staff", "lab"}, ["/sets", "/s"]),
        ({"lab", "lab/vision"}, ["/sets", "/v", "/s"]),
    ],
    ids=str,
)
def test_groups_decide_what_is_mounted(groups, targets):
    args = NotebookArgs.model_validate({"shared": [EVERYONE, VISION, SEVERAL]})
    assert args.uses_groups
    mounts = container.shared_mounts(args.hub_settings(STACK), groups)
    assert [mount["target"] for mount in mounts] == targets


def test_mounts_are_read_only_unless_said_otherwise():
    args = NotebookArgs.model_validate({"shared": [EVERYONE, VISION]})
    mounts = container.shared_mounts(args.hub_settings(STACK), {"lab/vision"})
    assert [(mount["type"], mount["read_only"]) for mount in mounts] == [
        ("volume", True),
        ("bind", False),
    ]


@pytest.mark.parametrize("volume", ["hub-hub-data", "hub-gitlab-data", "hub-home-ada"])
def test_nobody_is_shown_a_volume_of_the_stacks_own(volume):
    args = NotebookArgs.model_validate({"shared": [{"source": volume, "target": "/data"}]})
    with pytest.raises(RunError, match=f"the volume {volume} holds .*: give one of another name"):
        args.hub_settings(STACK)
    args.hub_settings(Stack(prefix="another", labels={}))
