"""How an update's progress is shown."""

import re
import time

from rich.console import Console

from labctl.up.view import Lines


def test_labctl_counts_on_from_the_scripts_whatever_else_is_set(monkeypatch, capsys):
    monkeypatch.setenv("started", "x")
    monkeypatch.setenv("JUPYTERHUB_STARTED", str(int(time.time()) - 100))
    Lines(Console()).tell("Hub", "ready")
    assert re.match(r"\[1\d\d s\] Hub", capsys.readouterr().out)
