"""What a new terminal says of the server's GPUs."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[4] / "images/lab/gpus.sh"
ONE = "echo 0, NVIDIA H200, 143771 MiB"
TWO = f"{ONE}; echo 1, NVIDIA H200 MIG 1g.18gb, 18432 MiB"
UNTIL = {"JUPYTERHUB_GPUS_UNTIL": "2026-01-31T14:20:00Z"}
ENDS = "Until 2026-01-31 14:20 UTC, when it is stopped, this server has"


def said(folder: Path, nvidia_smi: str | None, *shell: str, **variables: str) -> str:
    """Return what a shell prints that reads the script, and is there for more after that."""
    if nvidia_smi:
        (folder / "nvidia-smi").write_text(f"#!/bin/sh\n{nvidia_smi}\n")
        (folder / "nvidia-smi").chmod(0o755)
    path = f"{folder}:{os.defpath}"
    found = subprocess.run(
        [*shell, "-c", f"set -eu; . {SCRIPT}; test -z ${{gpus:-}}"],
        env={"PATH": path, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return found.stdout


@pytest.mark.parametrize("shell", ["bash", "dash"])
@pytest.mark.parametrize(
    ("nvidia_smi", "variables", "line"),
    [
        (ONE, UNTIL, f"{ENDS} GPU 0, NVIDIA H200, 143771 MiB."),
        (ONE, {}, "This server has GPU 0, NVIDIA H200, 143771 MiB."),
        (
            ONE,
            {"NVIDIA_VISIBLE_DEVICES": "void"},
            "This server has GPU 0, NVIDIA H200, 143771 MiB.",
        ),
        (
            TWO,
            {},
            "This server has GPU 0, NVIDIA H200, 143771 MiB; "
            "GPU 1, NVIDIA H200 MIG 1g.18gb, 18432 MiB.",
        ),
        (None, UNTIL, f"{ENDS} its GPUs."),
        ("echo the driver is not loaded; exit 9", UNTIL, f"{ENDS} its GPUs."),
        ("echo the driver is not loaded; exit 9", {}, None),
        ("echo No devices were found", {}, None),
        (None, {"NVIDIA_VISIBLE_DEVICES": "void"}, None),
        (None, {}, None),
    ],
)
def test_a_terminal_says_which_gpus_the_server_has(tmp_path, shell, nvidia_smi, variables, line):
    expected = f"{line}\n" if line else ""
    assert said(tmp_path, nvidia_smi, shell, "-i", **variables) == expected


def test_a_shell_that_runs_a_script_says_nothing(tmp_path):
    assert said(tmp_path, ONE, "bash", **UNTIL) == ""


def test_a_driver_that_hangs_keeps_nobody_waiting(tmp_path):
    """Here for a second, as the script's own five are long."""
    script = SCRIPT.read_text()
    assert "timeout 5 nvidia-smi" in script
    (tmp_path / "timeout").write_text('#!/bin/sh\nshift\nexec /usr/bin/timeout 1 "$@"\n')
    (tmp_path / "timeout").chmod(0o755)
    assert said(tmp_path, "sleep 1000", "bash", "-i", **UNTIL) == f"{ENDS} its GPUs.\n"
