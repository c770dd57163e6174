"""What the hub is told in settings.json."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from hubconfig.sections.gpus import GpuArgs
from hubconfig.sections.notebook import NotebookArgs
from hubconfig.sections.profiles import Profile
from hubconfig.servers import Servers
from tests.hub_modules import settings_of
from tests.unit import hub_settings
from tests.unit.stack_files import CONFIG, TOKEN

NOTEBOOK = NotebookArgs(memory_mib=1024, cpus=1)
SAME = {"memory_mib": 1024, "cpus": 1, "gpus": {"notebooks": ["0"], "mode": "cdi"}}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, {}),
        ({"memory_mib": 8192, "cpus": 0.5}, {"memory_mib": 8192, "cpus": 0.5}),
        ({"gpus": "none"}, {"gpus": {"notebooks": "none", "mode": "cdi"}}),
        ({"gpus": [1, 2]}, {"gpus": {"notebooks": ["1", "2"], "mode": "cdi"}}),
    ],
    ids=str,
)
def test_a_profile_overrides_what_it_names(own: dict[str, Any], expected: dict[str, Any]):
    profile = Profile.model_validate({"name": "Large", **own})
    gpus = GpuArgs(notebooks=["0"], mode="cdi")
    [told] = settings_of(Servers(notebook=NOTEBOOK, gpus=gpus, profiles=(profile,))).profiles
    whom = {"name": "Large", "description": "", "groups": None}
    assert asdict(told) == {**whom, **SAME, **expected}


def test_the_hub_is_told_what_it_reads_and_nothing_else():
    assert hub_settings.written() == hub_settings.read()
    assert {"site_url", "labels", "notebook.shared[].groups"} < hub_settings.read()
    assert {"gitlab.scopes", "profiles[].gpus.mode"} < hub_settings.read()


def test_the_hub_is_told_two_addresses_of_gitlab(declare_program):
    gitlab = {
        "url": "https://git.example.org",
        "internal_url": "https://gitlab.internal:8080",
        "allow": {"everyone": True},
    }
    declared = declare_program(CONFIG | {"gitlab": gitlab} | TOKEN)
    [upload] = declared["hub-container"]["uploads"]
    told = json.loads(upload["content"])["gitlab"]
    assert told["url"] == "https://git.example.org"
    assert told["internal_url"] == "https://gitlab.internal:8080"
    assert "gitlab-container" not in declared
