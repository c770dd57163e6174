"""The command line."""

import subprocess
import sys

import pytest

from tests.unit.labctl import stacks


def labctl(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    ).stdout


def test_help_has_a_line_for_each_command_and_starts_fast():
    trace = labctl("-X", "importtime", "-m", "labctl", "--help")
    imported = {line.rpartition("|")[2].strip() for line in trace.splitlines()}
    assert "typer" in imported
    assert not imported & {"pulumi", "docker", "grpc", "rich", "gitlab", "requests"}
    commands = trace.partition("Commands:\n")[2].splitlines()
    helps = [line for line in commands if line.startswith("  ") and "|" not in line]
    assert all(line.endswith(".") for line in helps), helps
    assert any(line.split()[0] == "up" for line in helps)


@pytest.mark.parametrize(
    ("shell", "question"),
    [
        ("bash", {"COMP_WORDS": "labctl up --stack ", "COMP_CWORD": "3"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "labctl up --stack "}),
    ],
)
def test_shells_complete_stacks(shell, question):
    script = labctl("-m", "labctl", _LABCTL_COMPLETE=f"source_{shell}")
    assert f"_LABCTL_COMPLETE=complete_{shell}" in script
    answer = labctl("-m", "labctl", _LABCTL_COMPLETE=f"complete_{shell}", **question)
    assert "dev" in answer
    assert "lab" in answer


def test_what_no_command_catches_itself_is_told_in_a_line(tmp_path, monkeypatch):
    stacks.program(tmp_path, "pulumi", "", monkeypatch)
    (tmp_path / "pulumi").chmod(0o644)
    done = stacks.labctl(monkeypatch, "up")
    assert done.output == "labctl up: [Errno 13] Permission denied: 'pulumi'\n"
    assert done.exit_code == 1
