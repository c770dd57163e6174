"""What a profile gives: its own, and for the rest what servers get without one."""

from typing import Any

import pytest

from components.gpus import GpuArgs
from components.notebook import NotebookArgs
from components.profiles import Profile

NOTEBOOK = NotebookArgs(memory_mib=1024, cpus=1)
SAME = {"memory_mib": 1024, "cpus": 1, "gpus": {"notebooks": ("0",), "mode": "cdi"}}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, {}),
        ({"memory_mib": 8192, "cpus": 0.5}, {"memory_mib": 8192, "cpus": 0.5}),
        ({"gpus": "none"}, {"gpus": {"notebooks": "none", "mode": "cdi"}}),
        ({"gpus": [1, 2]}, {"gpus": {"notebooks": ("1", "2"), "mode": "cdi"}}),
    ],
    ids=str,
)
def test_a_profile_overrides_what_it_names(own: dict[str, Any], expected: dict[str, Any]):
    profile = Profile.model_validate({"name": "Large", **own})
    settings = profile.hub_settings(NOTEBOOK, GpuArgs(notebooks=["0"], mode="cdi"))
    whom = {"name": "Large", "description": "", "groups": None}
    assert settings == {**whom, **SAME, **expected}
