"""What people who are root in their own server leave on the host."""

import json
from typing import Any

import pytest

from hubconfig.servers import Servers
from tests.hub_modules import asked_for, told
from tests.unit.policy.asking import Row, fault_of
from tests.unit.policy.resources import uploaded

RULE = "root-leaves-no-files-on-the-host"
DATA = {"source": "/srv/data", "target": "/data"}
WRITTEN = {**DATA, "read_only": False}


def hub(**notebook: Any) -> dict[str, Any]:
    """Return the properties of a hub that has a section `notebook`."""
    servers = Servers.model_validate({"notebook": notebook})
    files = {"containers.json": asked_for(servers), "settings.json": json.loads(told(servers))}
    return {"uploads": [uploaded(file, content) for file, content in files.items()]}


BAD_PARTS: list[Row] = [
    (RULE, "hub", hub(sudo=True, **notebook), f"{source} gets root's files on the host's disk: a")
    for source, notebook in (
        ("/srv/home/{username}", {"home": "/srv/home/{username}"}),
        ("/srv/data", {"shared": [WRITTEN]}),
    )
]


@pytest.mark.parametrize(("rule", "part", "props", "expected"), BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(rule, part, props, expected):
    assert expected in fault_of(rule, part, props)


@pytest.mark.parametrize(
    "notebook",
    [
        {"home": "/srv/home/{username}", "shared": [WRITTEN]},
        {"sudo": True, "shared": [DATA]},
        {"sudo": True, "shared": [{"source": "sets", "target": "/sets", "read_only": False}]},
    ],
    ids=str,
)
def test_root_that_writes_to_no_directory_of_the_host_is_told_nothing(notebook):
    assert fault_of(RULE, "hub", hub(**notebook)) == ""
