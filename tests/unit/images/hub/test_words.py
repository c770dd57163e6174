"""What a server has, in words for the person who chooses it or has it."""

import time
from importlib import import_module
from types import SimpleNamespace as Some
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader

from tests.hub_modules import FOLDER, on_path

with on_path():
    words, together = import_module("words"), import_module("together")

MIB = 2**20


def uses(memory_mib, cpus, *, shm_mib=None, requests=(), image="jupyterhub-lab:1"):
    """Return what a server uses, by the request for its container."""
    shared = memory_mib // 2 if shm_mib is None else shm_mib
    limits = {"Memory": memory_mib * MIB, "CpuQuota": cpus * 100_000, "CpuPeriod": 100_000}
    host = limits | {"ShmSize": shared * MIB, "DeviceRequests": [*requests]}
    return together.uses_of({"Image": image, "HostConfig": host})


def nvidia(**which):
    return {"Driver": "nvidia", "Capabilities": [["gpu"]], **which}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (uses(2048, 2), "lab, 2 GiB of memory, 2 processors"),
        (uses(1024, 1), "lab, 1 GiB of memory, 1 processor"),
        (uses(1536, 0.5), "lab, 1.5 GiB of memory, 0.5 processors"),
        (uses(500, 1), "lab, 500 MiB of memory, 1 processor"),
        (uses(1100, 1), "lab, 1100 MiB of memory, 1 processor"),
        (
            uses(2048, 2, shm_mib=512),
            "lab, 2 GiB of memory, 2 processors, 512 MiB of shared memory",
        ),
        (
            uses(2048, 2, requests=[nvidia(DeviceIDs=["0"])]),
            "lab, 2 GiB of memory, 2 processors, 1 GPU",
        ),
        (
            uses(2048, 2, requests=[nvidia(DeviceIDs=["0", "1"])]),
            "lab, 2 GiB of memory, 2 processors, 2 GPUs",
        ),
        (
            uses(2048, 2, requests=[nvidia(Count=-1)]),
            "lab, 2 GiB of memory, 2 processors, all GPUs",
        ),
        (
            uses(2048, 2, requests=[{"Driver": "cdi", "DeviceIDs": ["nvidia.com/gpu=all"]}]),
            "lab, 2 GiB of memory, 2 processors, all GPUs",
        ),
        (
            uses(2048, 2, image="jupyterhub-environment-high-energy:0123456789ab"),
            "high-energy, 2 GiB of memory, 2 processors",
        ),
        ({"memory_mib": 2048, "gpus": []}, ""),  # of a server that an earlier version has started
        ({}, ""),
    ],
    ids=str,
)
def test_what_a_server_has_is_said_in_words(given, expected):
    assert words.in_words(given) == expected


@pytest.mark.parametrize(
    ("gpus", "expected"),
    [
        (["0"], "GPU 0"),
        (["2", "0:1"], "GPU 2 and GPU 0:1"),
        (["nvidia.com/gpu=0", "nvidia.com/gpu=1"], "GPU 0 and GPU 1"),
        (["GPU-8f6d2a4e"], "GPU-8f6d2a4e"),
        (["all"], ""),
        (["nvidia.com/gpu=all"], ""),
        (["{gpu}", "{gpu}"], ""),  # while it starts
        ([], ""),
    ],
)
def test_which_gpus_a_server_has_is_said(gpus, expected):
    assert words.which_gpus({"gpus": gpus}) == expected
    assert words.which_gpus({}) == ""


def home(server: Any, end: Any = None) -> str:
    """Return the hub's home of who has a server, whose lease ends if `end` is given."""
    pages = ChoiceLoader(
        [
            FileSystemLoader(FOLDER / "templates"),
            DictLoader({"templates/home.html": "{% block main %}{% endblock main %}"}),
        ]
    )
    html = (
        Environment(loader=pages, autoescape=True)
        .get_template("home.html")
        .render(
            user=Some(spawners={"": server}),
            in_words=words.in_words,
            which_gpus=words.which_gpus,
            lease_end_of=lambda _: end,
        )
    )
    return " ".join(html.split())


def server_with_gpus() -> Any:
    had = uses(2048, 2, requests=[nvidia(DeviceIDs=["0", "2"])]) | {"profile": "<GPU>"}
    return Some(active=True, name="", uses=had)


def test_the_home_says_what_a_server_has():
    assert home(server_with_gpus()) == (
        '<p class="text-center"> Your server has the profile &lt;GPU&gt;: lab, 2 GiB of memory, '
        "2 processors, 2 GPUs. Of the host's GPUs, it has GPU 0 and GPU 2. </p>"
    )


@pytest.mark.parametrize(("near", "kind"), [(False, ""), (True, " alert alert-warning")])
def test_the_home_says_until_when_a_server_has_its_gpus(near, kind):
    html = home(server_with_gpus(), Some(when="14:20 UTC", is_near=near))
    assert html.endswith(
        f'<p class="text-center{kind}"> It has its GPUs until 14:20 UTC, and is stopped then. '
        "Save what it computes before. </p>"
    )


def test_a_time_has_its_date_unless_it_is_of_today(monkeypatch):
    real = time.gmtime
    now = real(1769868000)  # 14:00 UTC, on the last day of January 2026
    monkeypatch.setattr(words.time, "gmtime", lambda at=None: now if at is None else real(at))
    assert words.when(1769868000 + 1200) == "14:20 UTC"
    assert words.when(1769868000 + 24 * 3600) == "2026-02-01 14:00 UTC"
