"""What a restore unpacks, where it is interrupted and comes back."""

import re
import subprocess
from pathlib import Path

import pytest

from labctl.backup.command import TAR
from labctl.restore.unpacking import SWAP, UNPACK
from tests.unit.labctl.stacks import program

MV = {
    "before": "kill -9 $PPID",
    "amid": """case "$*" in *target*) /bin/mv "$3" ..; kill -9 $PPID ;; *) /bin/mv "$@" ;; esac""",
    "after": """/bin/mv "$@"; case "$*" in *target*) kill -9 $PPID ;; esac""",
}
"""What ends the script that calls it, or `find` for it, around the moves to their place."""


@pytest.mark.parametrize("how", ["fill", "replace"])
@pytest.mark.parametrize("interrupted", MV)
def test_a_restore_that_was_interrupted_is_completed(tmp_path, monkeypatch, how, interrupted):
    home, place, programs = (tmp_path / name for name in ("home", "place", "programs"))
    for folder in (home, place, programs):
        folder.mkdir()
    home.chmod(0o750)
    for name in ("work", ".profile", "-n"):
        (home / name).write_text(name)

    def run(script: str, archive: bytes = b"", *, status: int = 0, backup: str = "a b") -> bytes:
        script = re.sub("/(to|from)", f"{tmp_path}/place", script)
        command = ("sh", "-c", script, "sh", how, backup)
        done = subprocess.run(command, input=archive, stdout=subprocess.PIPE, check=False)
        assert bool(done.returncode) is bool(status)
        return done.stdout

    def files(folder: Path) -> list[tuple[str, str]]:
        return sorted((file.name, file.read_text()) for file in folder.iterdir())

    archive = subprocess.check_output(["tar", "-cz", "-C", home, "."])
    if how == "replace":
        (place / "old").touch()
    assert run(UNPACK, archive) == b""
    program(programs, "mv", f"#!/bin/sh\n{MV[interrupted]}\n", monkeypatch)
    run(SWAP, status=1)
    assert b"labctl" not in subprocess.check_output(["tar", "-tz"], input=run(TAR))
    (programs / "mv").unlink()

    if how == "fill" and interrupted != "before":
        assert run(UNPACK, archive, backup="another") == b"full\n"
    assert run(UNPACK, archive) == b""
    run(SWAP)
    assert files(place) == files(home)
    assert place.stat().st_mode == home.stat().st_mode
    assert run(UNPACK, archive) == (b"full\n" if how == "fill" else b"")
