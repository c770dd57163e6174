"""A stack's services, at rest while their files are copied or replaced."""

import pytest

from labctl.services import stopped
from tests.unit.labctl.stacks import engine, program

DOCKER = """#!/bin/sh
[ "$1" = ps ] || echo "$@" >>"$LOG"
[ "$1" != ps ] || printf 'jupyterhub-lab-hub %s\\njupyterhub-lab-edge running\\n' "$STATE"
"""


@pytest.mark.parametrize("state", ["running", "restarting", "exited"])
def test_what_there_is_runs_after_a_restore_but_for_what_is_incomplete(
    tmp_path, monkeypatch, state
):
    program(tmp_path, "docker", DOCKER, monkeypatch)
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("STATE", state)
    for incomplete in (set(), {"hub"}):
        with stopped(engine(), "hub", "edge", "gitlab") as found:
            found.update(incomplete)
    said = (tmp_path / "log").read_text().splitlines()
    both = "jupyterhub-lab-hub jupyterhub-lab-edge"
    assert said == [f"stop {both}", f"start {both}", f"stop {both}", "start jupyterhub-lab-edge"]
