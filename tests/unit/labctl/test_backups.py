"""The folders that a stack's backups are in."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest

from hubconfig.sections.backup import BackupArgs
from labctl.backups import Backups
from labctl.stack import StackError
from tests.unit.labctl.stacks import engine


def test_as_many_are_kept_as_the_configuration_says():
    for given, keep in (({}, BackupArgs().keep), ({"keep": 2}, 2)):
        found = Backups.of(engine(backup={"directory": "/b", **given}))
        assert found == Backups(Path("/b"), keep, "jupyterhub-lab")


def test_what_has_to_be_set_is_said_with_the_command():
    with pytest.raises(StackError) as told:
        Backups.of(engine())
    assert str(told.value) == (
        "jupyterhub:backup.directory is not set: set it with: pulumi config set --stack lab --path "
        "'jupyterhub:backup.directory' /var/backups/jupyterhub"
    )


def test_who_waits_for_another_says_so(tmp_path, monkeypatch):
    said: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr("labctl.backups.typer.echo", said.put)
    backups = Backups(tmp_path, 7, "jupyterhub-lab")
    with ThreadPoolExecutor() as threads:
        with backups.locked():
            second = threads.submit(lambda: backups.locked().__enter__())
            told = said.get(timeout=30)
            assert not second.done()
        second.result(timeout=30)
    assert told == f"Waiting for another labctl backup or restore in {tmp_path}"
