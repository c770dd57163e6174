"""Halts a stack's services while their files are copied or replaced."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from hubconfig.stack import START_SECONDS

from .engine import Engine
from .stack import StackError

POLL_SECONDS = 0.5


@contextmanager
def frozen(engine: Engine, service: str) -> Iterator[None]:
    """Pause a service, if it runs, while its files are copied in the `with` block."""
    container = engine.stack.container(service)
    try:
        if engine.status(service) == "running":
            engine.docker("pause", container)
        yield
    finally:
        if engine.status(service) == "paused":
            engine.docker("unpause", container)


@contextmanager
def stopped(engine: Engine, *services: str) -> Iterator[set[str]]:
    """Stop the given services, as far as they exist, and start them again after the `with` block.

    Yields an empty set. A service that is in the set at the end of the block, since its files are
    incomplete, is not started again.
    """
    there = [service for service in services if engine.status(service)]
    incomplete: set[str] = set()
    try:
        engine.docker("stop", *(engine.stack.container(service) for service in there))
        yield incomplete
    finally:
        whole = [service for service in there if service not in incomplete]
        if whole:
            engine.docker("start", *(engine.stack.container(service) for service in whole))


def wait_for(engine: Engine, service: str) -> None:
    """Wait until a service is healthy; raise `StackError` if it is not after `START_SECONDS`."""
    container = engine.stack.container(service)
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
