"""A stack of whose engine and state programs on PATH tell."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hubconfig.configuration import Configuration
from hubconfig.stack import Stack
from labctl.__main__ import app
from labctl.engine import Engine
from tests.unit.stack_files import merged

PULUMI = """#!/bin/sh
case "$*" in
    "stack --show-name"*) echo lab ;;
    "stack output"*) echo "$OUTPUTS" ;;
    "config get jupyterhub:site"*) echo '{"url": "http://localhost:8000", "prefix": "ours"}' ;;
esac
"""


def engine(**sections: Any) -> Engine:
    config = Configuration.model_validate(merged(sections))
    stack = Stack.named("jupyterhub", "lab", config.site.prefix)
    return Engine(stack, config, "jupyterhub-lab:1")


def program(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program on PATH, in a folder with a project's file, and go there."""
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)
    (folder / "Pulumi.yaml").write_text("name: jupyterhub\n")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.chdir(folder)


def labctl(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """Run a command in this process, whose signals and umask stay as they are."""
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("os.umask", lambda _: None)
    return CliRunner().invoke(app, arguments)
