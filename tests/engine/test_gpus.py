"""What GPU settings give a notebook, on an engine of the test's own, on a machine without a GPU."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import docker
import pytest

from hubconfig.sections.gpus import GpuArgs
from hubconfig.sections.profiles import Profile
from hubconfig.servers import Servers
from tests.engine.gpu_engine import NEEDS_AN_ENGINE, Engine

pytestmark = NEEDS_AN_ENGINE
GPU = "GPU-8f6d2a4e-0b1c-4d2e-9f3a-5b6c7d8e9f0a"
CDI_SINCE = 25


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with TemporaryDirectory() as folder:  # pytest's are too long for the path of a socket
        engine = Engine(Path(folder))
        try:
            engine.wait()
            engine.load_image()
            yield engine
        finally:
            engine.end()


def test_the_machines_own_engine_keeps_its_network():
    bridge = Path("/sys/class/net/docker0/ifindex")
    before = bridge.exists() and bridge.read_text()
    with TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        try:
            engine.wait()
            assert (bridge.exists() and bridge.read_text()) == before
        finally:
            engine.end()


def test_without_gpus_nothing_shows_one(engine):
    variables, record = engine.run(Servers())
    assert record is None, "the engine did not call NVIDIA's hook"
    assert variables["NVIDIA_VISIBLE_DEVICES"] == "void", "whatever the image says"


@pytest.mark.parametrize(
    ("devices", "visible"), [("all", "all"), ([0, 2], "0,2"), ([GPU], GPU)], ids=str
)
def test_notebooks_get_the_gpus_that_are_named(engine, devices, visible):
    _, record = engine.run(Servers(gpus=GpuArgs(notebooks=devices)))
    assert record is not None, "the engine called NVIDIA's hook"
    arguments, lines = record
    assert arguments == ["prestart"]
    variables = dict(line.split("=", 1) for line in lines)  # the last counts, as for the hook
    assert variables["NVIDIA_VISIBLE_DEVICES"] == visible


@pytest.mark.parametrize(("own", "visible"), [([1], "1"), (None, "all"), ("none", None)], ids=str)
def test_a_profiles_gpus_take_the_place_of_the_others(engine, own, visible):
    servers = Servers(gpus=GpuArgs(notebooks="all"), profiles=(Profile(name="Own", gpus=own),))
    _, record = engine.run(servers)
    lines = record[1] if record else []
    variables = dict(line.split("=", 1) for line in lines)
    assert variables.get("NVIDIA_VISIBLE_DEVICES") == visible


def test_an_engine_that_does_not_know_cdi_says_so(engine):
    if int(engine.docker.version()["Version"].split(".")[0]) >= CDI_SINCE:
        pytest.skip(f"Engine {CDI_SINCE} or newer knows CDI")
    with pytest.raises(docker.errors.APIError, match='could not select device driver "cdi"'):
        engine.run(Servers(gpus=GpuArgs(notebooks="all", mode="cdi")))
