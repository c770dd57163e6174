"""A stack's services, at rest while their files are copied or replaced."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from .engine import Engine
from .stack import StackError

START_SECONDS, POLL_SECONDS = 120, 0.5
"""How long a service may take until its HEALTHCHECK passes, as in an update."""


@contextmanager
def frozen(engine: Engine, service: str) -> Iterator[None]:
    """Pause a service for as long as its files are copied."""
    container = f"{engine.prefix}-{service}"
    try:
        if engine.status(service) == "running":
            engine.docker("pause", container)
        yield
    finally:
        if engine.status(service) == "paused":
            engine.docker("unpause", container)


@contextmanager
def stopped(engine: Engine, *services: str) -> Iterator[set[str]]:
    """Stop those of the services that there are, for as long as their files are replaced.

    What is in the set then, whose files are incomplete, is not started again.
    """
    there = [service for service in services if engine.status(service)]
    incomplete: set[str] = set()
    try:
        engine.docker("stop", *(f"{engine.prefix}-{service}" for service in there))
        yield incomplete
    finally:
        whole = [service for service in there if service not in incomplete]
        if whole:
            engine.docker("start", *(f"{engine.prefix}-{service}" for service in whole))


def wait_for(engine: Engine, service: str) -> None:
    """Wait until a service that was started is healthy."""
    container = f"{engine.prefix}-{service}"
    deadline = time.monotonic() + START_SECONDS
    health = "{{.State.Health.Status}}"
    while (found := engine.docker("inspect", f"--format={health}", container)) != "healthy\n":
        if time.monotonic() > deadline:
            msg = (
                f"{container} is {found.strip()} after {START_SECONDS} s; "
                f"docker logs {container} has what it says"
            )
            raise StackError(msg)
        time.sleep(POLL_SECONDS)
