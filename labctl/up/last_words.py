"""The state and the log of a container for which an update waited in vain."""

import json
import subprocess
from typing import Any

from hubpreview.secrecy import redacted

from .. import client
from ..stack import StackError, configuration

LINES = 20
"""How many lines from the end of the log are shown."""


def last_words(container: str, stack: str) -> list[str]:
    """Return lines on a container's state and from the end of its log; none if docker fails."""
    try:
        engine = configuration(stack).docker
        state = json.loads(client.docker(engine, "inspect", "--format={{json .}}", container))
        log = client.docker(engine, "logs", f"--tail={LINES}", container, stderr=subprocess.STDOUT)
    except (StackError, ValueError):
        return []
    lines = redacted(log).splitlines()
    return [f"{container} {_condition(state)}", *lines]


def _condition(found: dict[str, Any]) -> str:
    """Return in words whether a container runs, or how it has ended."""
    state, restarts = found["State"], found["RestartCount"]
    times = f", and was started again {restarts} times" if restarts else ""
    if state["Running"] and not state["Restarting"]:
        health = f"is {state['Health']['Status']}" if "Health" in state else "has no health check"
        return f"runs, {health}{times}; its log ends:"
    memory = ", out of memory" if state["OOMKilled"] else ""
    return f"has ended with exit code {state['ExitCode']}{memory}{times}; its log ends:"
