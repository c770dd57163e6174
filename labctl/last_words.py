"""What a container that an update waited for in vain has to say."""

import json
import subprocess
from typing import Any

from . import client
from .secrecy import redacted
from .stack import StackError, settings

LINES = 20
"""Of a log, the last."""


def last_words(container: str, stack: str | None) -> list[str]:
    """Return how a container is, and the end of its log; nothing where that cannot be seen."""
    try:
        engine = settings(("docker",), stack)["docker"]
        state = json.loads(client.docker(engine, "inspect", "--format={{json .}}", container))
        log = client.docker(engine, "logs", f"--tail={LINES}", container, stderr=subprocess.STDOUT)
    except (StackError, ValueError):
        return []
    lines = redacted(log).splitlines()
    return [f"{container} {_condition(state)}", *lines]


def _condition(found: dict[str, Any]) -> str:
    """Say in words whether a container runs, and how it has ended."""
    state, restarts = found["State"], found["RestartCount"]
    times = f", and was started again {restarts} times" if restarts else ""
    if state["Running"] and not state["Restarting"]:
        health = f"is {state['Health']['Status']}" if "Health" in state else "has no health check"
        return f"runs, {health}{times}; its log ends:"
    memory = ", out of memory" if state["OOMKilled"] else ""
    return f"has ended with exit code {state['ExitCode']}{memory}{times}; its log ends:"
