"""Waits for a container after its start, and reports a start that failed."""

import time
from collections.abc import Callable

from ..errors import PluginError
from ..handler import Call
from ..values import Values
from .engine import pause

SETTLE_SECONDS = 2
"""How long a container that must run is watched after its start, if `wait` is not set."""
MOST_RESTARTS = 5
"""How often the engine may restart a container that ends before it is healthy."""
LOG_LINES = 20


def wait_until_up(
    call: Call, inputs: Values, look: Callable[[], Values], log: Callable[[], str]
) -> None:
    """Return when a container is healthy (`wait`) or has stayed up for `SETTLE_SECONDS`.

    An unhealthy container can recover, and so can one that the engine restarts. So with `wait`,
    what counts is whether it is healthy within `waitTimeout` seconds. `look` returns what the
    engine knows of the container, and `log` the end of its log. Raises `PluginError` otherwise.
    """
    waits = bool(inputs.get("wait"))
    waited = inputs["waitTimeout"] if waits else SETTLE_SECONDS
    deadline = time.monotonic() + waited
    if waits:
        call.log("waiting until it is healthy", passing=True)
    while True:
        found = look()
        state, restarts = found["State"], found["RestartCount"]
        health = state.get("Health", {})
        recovers = waits and state["Restarting"] and restarts <= MOST_RESTARTS
        if (state["Restarting"] or not state["Running"]) and not recovers:
            after = f" after {restarts} restarts" if restarts else ""
            exited = f"exited with code {state['ExitCode']}{after}"
            raise _broken(exited, health, log())
        if waits:
            if not health:
                msg = "wait needs a health check; set healthcheck, or drop wait"
                raise PluginError(msg)
            if health["Status"] == "healthy":
                return
        if time.monotonic() > deadline:
            if not waits:
                return
            still = f"is still {health['Status']} after waitTimeout, {waited} s"
            raise _broken(still, health, log())
        pause(call)


def _broken(what: str, health: Values, log: str) -> PluginError:
    checks = health.get("Log") or []
    sections = {
        "last health check": checks[-1]["Output"].strip() if checks else "",
        f"last {LOG_LINES} lines of its log": log,
    }
    told = [f"{title}:\n{text}" for title, text in sections.items() if text]
    return PluginError("\n".join([f"the container {what}", *told]))
