"""What counts as computing, by kernels and by processor time."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

SPEC = importlib.util.spec_from_file_location("computing", "images/singleuser/computing.py")
assert SPEC
assert SPEC.loader
computing: Any = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(computing)

V1, V2 = "cpuacct/cpuacct.usage", "cpu.stat"


@pytest.fixture(params=[V1, V2])
def used(request, tmp_path):
    """Say how many seconds processors have worked, as Linux does."""
    file = tmp_path / request.param
    file.parent.mkdir(exist_ok=True)

    def write(seconds: float) -> Path:
        v2 = f"usage_usec {seconds * 1e6:.0f}\nuser_usec 5\nsystem_usec 6\n"
        file.write_text(v2 if request.param == V2 else f"{seconds * 1e9:.0f}\n")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("states", "seconds", "active"),
    [
        ([], 0, False),
        (["idle"], 0.9, False),
        (["idle", "starting"], 0.9, False),
        (["idle", "busy"], 0, True),
        ([], 1.1, True),
    ],
)
def test_a_busy_kernel_and_a_processors_work_are_computing(used, states, seconds, active):
    kernels = [{"execution_state": state} for state in states]
    manager = SimpleNamespace(list_kernels=lambda: kernels)
    settings: dict[str, Any] = {"kernel_manager": manager, "last_activity_times": {}}
    looking = computing.Computing(settings, used(1000))
    used(1000 + seconds)
    looking.look()
    assert ("computing" in settings["last_activity_times"]) is active
    settings["last_activity_times"].clear()
    kernels.clear()
    looking.look()
    assert not settings["last_activity_times"], "since then it has done nothing"


def test_without_the_file_of_either_version_only_kernels_count(tmp_path):
    manager = SimpleNamespace(list_kernels=lambda: [{"execution_state": "busy"}])
    settings: dict[str, Any] = {"kernel_manager": manager, "last_activity_times": {}}
    computing.Computing(settings, tmp_path).look()
    assert settings["last_activity_times"]["computing"].tzinfo
