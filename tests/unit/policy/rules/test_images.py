"""What images are built from, and what stays in them."""

import pytest

from policy.rule import CONTAINER, IMAGE, REMOTE_IMAGE
from tests.unit.policy.asking import Row, fault
from tests.unit.policy.resources import BUILT

BAD: list[Row] = [
    ("nothing-floats", CONTAINER, {"image": "nginx"}, "image is nginx; give a digest"),
    ("nothing-floats", REMOTE_IMAGE, {"name": "debian:latest"}, "name is debian:latest"),
    ("nothing-floats", IMAGE, {"imageName": "hub"}, "imageName is hub"),
    (
        "nothing-floats",
        IMAGE,
        BUILT | {"build": {"context": ".", "args": {"ROOT_IMAGE": "debian:latest"}}},
        "Dockerfile: ${ROOT_IMAGE} is debian:latest",
    ),
    (
        "nothing-floats",
        IMAGE,
        BUILT | {"build": {"context": ".", "args": {"ROOT_IMAGE": "debian:13.1.0"}}},
        "Dockerfile: ghcr.io/astral-sh/uv is ghcr.io/astral-sh/uv",
    ),
    (
        "nothing-floats",
        IMAGE,
        BUILT | {"build": {"context": ".", "args": {"ROOT_IMAGE": "debian:13.1.0"}}},
        "Dockerfile: busybox is busybox",
    ),
    *(
        ("nothing-floats", REMOTE_IMAGE, {"name": "hub:1.0.0", "build": build}, expected)
        for build, expected in [
            (
                {"context": ".", "buildArgs": {"ROOT_IMAGE": "debian:latest"}},
                "Dockerfile: ${ROOT_IMAGE} is debian:latest",
            ),
            ({"context": "folder", "dockerfile": "named"}, "folder/named: busybox is busybox"),
            ({"context": "folder", "dockerfile": "quoted"}, "folder/quoted is no file in"),
            ({"context": ".", "remoteContext": "https://a.org/a.git"}, "nobody sees what it bu"),
        ]
    ),
    (
        "no-secret-stays-in-an-image",
        REMOTE_IMAGE,
        {"build": {"context": ".", "buildArgs": {"NPM_TOKEN": "canary"}}},
        "build argument NPM_TOKEN",
    ),
    (
        "no-secret-stays-in-an-image",
        IMAGE,
        {"build": {"args": {"NPM_TOKEN": "canary"}}},
        "build argument NPM_TOKEN",
    ),
    (
        "no-secret-stays-in-an-image",
        IMAGE,
        {"build": {"args": {"PIP_INDEX_URL": "https://ada:canary@pypi.example.org/simple"}}},
        "build argument PIP_INDEX_URL",
    ),
]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("rule", "kind", "props", "expected"), BAD)
def test_what_breaks_a_rule_is_told(rule, kind, props, expected):
    assert expected in fault(rule, kind, props)
