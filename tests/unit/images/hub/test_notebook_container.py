"""What the engine is asked for when a person's container is made."""

from typing import Any

import pytest
from docker.types import HostConfig

from hubconfig.sections.gpus import GpuArgs
from hubconfig.sections.notebook import NotebookArgs
from hubconfig.servers import Servers
from tests.hub_modules import container, settings_of

UUID = "8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0a"
GPU, MIG = f"GPU-{UUID}", f"MIG-{UUID}"


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
    told = settings_of(Servers(gpus=gpus))
    config = container.host_config(told.notebook, told.gpus)
    assert gpus.wanted == bool(expected)
    sent = HostConfig(version="1.41", **config).get("DeviceRequests", [])  # as DockerSpawner does
    assert [{key: value for key, value in one.items() if value} for one in sent] == expected


@pytest.mark.parametrize(
    ("devices", "mode", "visible"),
    [("none", "nvidia", "void"), ("all", "cdi", "void"), ("all", "nvidia", None)],
)
def test_nothing_but_the_request_shows_gpus(devices, mode, visible):
    told = settings_of(Servers(gpus=GpuArgs(notebooks=devices, mode=mode)))
    variables = container.environment(told.notebook, told.gpus)
    assert variables.get("NVIDIA_VISIBLE_DEVICES") == visible


@pytest.mark.parametrize("sudo", [False, True])
def test_only_who_may_become_root_keeps_what_that_takes(sudo):
    told = settings_of(Servers(notebook=NotebookArgs(sudo=sudo)))
    config = container.host_config(told.notebook, told.gpus)
    assert config.get("cap_drop") == (["NET_RAW", "MKNOD"] if sudo else ["ALL"])
    assert config.get("security_opt") == (None if sudo else ["no-new-privileges"])
    assert container.environment(told.notebook, told.gpus).get("GRANT_SUDO") == (
        "yes" if sudo else None
    )


EVERYONE = {"source": "sets", "target": "/sets"}
VISION = {"source": "/srv/v", "target": "/v", "groups": ["lab/vision"], "read_only": False}
SEVERAL = {"source": "/srv/s", "target": "/s", "groups": ["lab", "staff"]}


@pytest.mark.parametrize(
    ("groups", "targets"),
    [
        ([], ["/sets"]),
        (["other", "vision"], ["/sets"]),
        (["lab/vision"], ["/sets", "/v"]),
        (["staff", "lab"], ["/sets", "/s"]),
        (["lab", "lab/vision"], ["/sets", "/v", "/s"]),
    ],
    ids=str,
)
def test_groups_decide_what_is_mounted(groups, targets):
    args = NotebookArgs.model_validate({"shared": [EVERYONE, VISION, SEVERAL]})
    assert args.uses_groups
    mounts = container.shared_mounts(settings_of(Servers(notebook=args)).notebook, set(groups))
    assert [mount["target"] for mount in mounts] == targets


def test_mounts_are_read_only_unless_said_otherwise():
    args = NotebookArgs.model_validate({"shared": [EVERYONE, VISION]})
    mounts = container.shared_mounts(settings_of(Servers(notebook=args)).notebook, {"lab/vision"})
    assert [(mount["type"], mount["read_only"]) for mount in mounts] == [
        ("volume", True),
        ("bind", False),
    ]
