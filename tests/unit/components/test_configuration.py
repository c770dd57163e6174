"""The stack's configuration, as Pulumi gives it to the program."""

import json
import logging

import pulumi
import pytest

from components.configuration import load
from tests.unit.hubconfig.host.engines import FakeEngine
from tests.unit.stack_files import CONFIG, by_whole_keys, write

SMALL = FakeEngine(name="another", cpus=1)
SOUND = FakeEngine(name="another")


@pytest.mark.parametrize(
    ("engine", "warnings"),
    [
        (SOUND, []),
        (SMALL, ["notebook: cpus is 2, but the host has 1"]),
        (
            None,
            [
                "the engine's host was not looked at, since unix:///var/run/docker.sock: unit "
                "tests have no engine"
            ],
        ),
    ],
    ids=["sound", "small", "not seen"],
)
def test_what_is_worth_knowing_is_a_warning(declare_program, monkeypatch, caplog, engine, warnings):
    if engine:
        monkeypatch.setattr("hubconfig.host.fit.EngineHost", lambda _: engine)
    declare_program(CONFIG)
    found = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert found == warnings


def test_the_project_s_folder_is_looked_for_from_the_program_s_up(declare, tmp_path, monkeypatch):
    write(tmp_path, "test", CONFIG, **{"jupyterhub:hub": {}})
    (tmp_path / "main").mkdir()
    monkeypatch.chdir(tmp_path / "main")

    def program() -> None:
        texts = {key: json.dumps(value) for key, value in by_whole_keys(CONFIG).items()}
        pulumi.runtime.set_all_config(texts)
        load()

    with pytest.raises(pulumi.RunError, match=r"it stands beside config: in Pulumi\.test\.yaml"):
        declare(program)
