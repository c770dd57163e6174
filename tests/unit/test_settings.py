"""Every setting does something: it changes what is declared, and the hub uses what it reads."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from hubconfig.configuration import Configuration
from hubconfig.model import models_within
from tests.unit.stack_files import CONFIG, changed

OTHER: dict[str, dict[str, Any]] = {
    "hub": {
        "memory_mib": 2000,
        "active_servers": 3,
        "idle_hours": 5,
        "computing_is_active": True,
        "session_hours": 6,
        "named_servers": 2,
        "person_memory_mib": 9000,
        "announcement": "On Friday the hub is away.",
        "embed_in": ["http://localhost:9000"],
        "extra_config": "tests/unit/stack_files.py",
    },
    "notebook": {
        "user": "ada",
        "uid": 1001,
        "gid": 1001,
        "home": "/srv/home/{username}",
        "shared": [{"source": "data", "target": "/data"}],
        "system_users": True,
        "sudo": True,
        "shell": "/bin/zsh",
        "language": "fr_FR",
        "memory_mib": 1000,
        "cpus": 1,
        "pids": 100,
        "shm_mib": 10,
        "image": "science",
        "environment": {"HF_HOME": "/data/models"},
        "timezone": "Europe/Berlin",
        "ulimits": {"memlock": -1},
        "extra_hosts": {"license.example.org": "10.0.0.7"},
        "dns": ["10.0.0.53"],
    },
}
"""Values that are not the defaults."""
SEVERAL = {"named_servers": 1, "person_memory_mib": 4096, "idle_hours": 4}
"""Keys that are only given together."""
HUB = Path("images/hub")


@pytest.mark.parametrize("section", OTHER)
def test_each_key_of_a_section_has_a_value_here(section):
    [model] = models_within(Configuration.model_fields[section].annotation)
    assert OTHER[section].keys() == model.model_fields.keys()


def test_a_setting_changes_what_is_declared(declare_program):
    whole = CONFIG | {"hub": SEVERAL}
    usual = declare_program(whole)
    same = [
        f"{section}.{key}"
        for section, values in OTHER.items()
        for key, value in values.items()
        if declare_program(changed(f"{section}.{key}", value, whole)) == usual
    ]
    assert same == []


def test_the_hub_uses_each_setting_that_it_reads():
    read = {
        field.target.id
        for node in ast.walk(ast.parse((HUB / "settings.py").read_text()))
        if isinstance(node, ast.ClassDef)
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }
    used = {
        node.attr
        for file in HUB.glob("*.py")
        if file.name != "settings.py"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
    }
    for page in HUB.rglob("*.html"):
        used |= set(re.findall(r"\w\.(\w+)", page.read_text()))
    assert {"site_url", "read_only"} < read
    assert read - used == set()
