"""What `labctl backup` does before it needs an engine."""

import pytest

from labctl.engine import Engine
from tests.unit.labctl.stacks import PULUMI, engine, labctl, program

NIGHTLY = """#!/bin/sh
case "$*" in
    "volume ls"*) printf "$VOLUMES" ;;
    "run "*) echo archive ;;
esac
"""
OLD = [f"jupyterhub-lab-2020010{day}T000000Z" for day in (1, 2, 3)]


@pytest.mark.parametrize(
    ("volumes", "said", "removed"),
    [
        ("hub-data home-ada home-ben home-new", "Removed jupyterhub-lab-20200102T", OLD[:2]),
        ("hub-data home-ada", "has no jupyterhub-lab-home-ben.tar.gz, which /", []),
        ("home-ada home-ben", "not up, since it has no volume jupyterhub-lab-hub-data", []),
        ("", "not up, since it has no volume jupyterhub-lab-hub-data", []),
    ],
)
def test_a_backup_that_lacks_something_pushes_no_other_out(
    tmp_path, monkeypatch, volumes, said, removed
):
    program(tmp_path, "pulumi", PULUMI, monkeypatch)
    program(tmp_path, "docker", NIGHTLY, monkeypatch)
    (tmp_path / "Pulumi.lab.yaml").touch()
    names = [f"jupyterhub-lab-{name}" for name in volumes.split()]
    monkeypatch.setenv("VOLUMES", "".join(f"{name}\\n" for name in names))
    monkeypatch.setattr("hubconfig.values.directories.FLEETING", ())  # where tests have theirs
    directory = tmp_path / "backups"
    others = {"lab-20200101T000000Z", "another-lab-20200101T000000Z"}
    for name in (*OLD, *others):
        (directory / name).mkdir(parents=True)
    for name in ("hub-data", "home-ben"):
        (directory / OLD[-1] / f"jupyterhub-lab-{name}.tar.gz").touch()
    synced: list[str] = []
    monkeypatch.setattr(
        "os.sync", lambda: synced.extend(each.suffix for each in directory.iterdir())
    )
    ours = engine(backup={"directory": str(directory), "keep": 2})
    monkeypatch.setattr(Engine, "of_stack", lambda _: ours)
    done = labctl(monkeypatch, "backup")
    assert said in done.output
    assert done.exit_code == (not removed)
    left = {path.name for path in directory.iterdir()}
    assert {*OLD, *others} - left == set(removed)
    new = left - {*OLD, *others}
    assert len(new) == ("hub-data" in volumes)
    assert (".part" in synced) is bool(new)
