"""`labctl up`: runs `pulumi up` and shows its progress."""

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from hubconfig.surroundings import cleaned

from ..interrupts import ENDS
from ..stack import StackOption
from .last_words import last_words
from .outcome import failure, success
from .progress import Event, Progress

if TYPE_CHECKING:
    from .view import Lines

REFRESH_SECONDS = 0.2


def up(
    stack: StackOption = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Do what this plan of pulumi preview --save-plan foresees, and nothing else.",
        ),
    ] = None,
) -> None:
    """Bring a stack to what its settings say, and show the progress."""
    # Imported here, since labctl --help does not need it.
    from .view import view  # noqa: PLC0415

    command = ["pulumi", "up", "--yes", "--skip-preview", "--json", "--color=never"]
    command += ["--non-interactive", *(["--stack", stack] if stack else [])]
    command += ["--plan", str(plan)] if plan else []
    received: list[int] = []
    for number in ENDS:
        signal.signal(number, lambda number, _: received.append(number))
    progress = Progress()
    with tempfile.TemporaryFile() as errors:
        try:
            # In a session of its own, pulumi is interrupted only once, by this process.
            pulumi = subprocess.Popen(
                command,
                env=cleaned(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        except FileNotFoundError:
            typer.echo(
                "pulumi is not on PATH: run `source .state/env`, which make up writes.", err=True
            )
            raise typer.Exit(127) from None
        with pulumi, view() as shown:
            follow(pulumi, progress, shown, received)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()
    if pulumi.returncode == 0:
        typer.echo(success(progress, said))
        return
    for noun, container in progress.containers.items():
        progress.add_output(noun, last_words(container, progress.stack))
    typer.echo(failure(progress, said, stack, plan, cancelled=bool(received)), err=True)
    raise typer.Exit(128 + received[0] if received else pulumi.returncode)


def follow(
    pulumi: subprocess.Popen[bytes], progress: Progress, shown: "Lines", received: list[int]
) -> None:
    """Show an update until it ends; a signal `received` cancels it, a later one kills it."""
    cancelled_by = 0
    assert pulumi.stdout is not None
    for event in events(pulumi.stdout):
        if event is not None:
            for noun, text in progress.take(event):
                shown.tell(noun, text)
        elif received and not cancelled_by:
            cancelled_by = len(received)  # a terminal that closes sends several at once
            pulumi.send_signal(signal.SIGINT)
            shown.tell("Cancelling", "what is under way is stopped; please wait")
        elif len(received) > cancelled_by:
            os.killpg(pulumi.pid, signal.SIGKILL)
            shown.tell("Killed", "the stack may stay locked: pulumi cancel unlocks it")
            break
        else:
            shown.refresh(progress)
    if pulumi.wait() == 0:
        shown.tell("Deployed", progress.tally or "nothing to change")


def events(stream: IO[bytes]) -> Iterator[Event | None]:
    """Yield Pulumi's events as they come, and None every `REFRESH_SECONDS`."""
    rest, refreshed = b"", 0.0
    while True:
        readable, _, _ = select.select([stream], [], [], REFRESH_SECONDS)
        if readable:
            chunk = os.read(stream.fileno(), 1 << 16)
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            # A line that is no event is on standard error as well.
            yield from (json.loads(line) for line in lines if line.startswith(b"{"))
        if time.monotonic() - refreshed >= REFRESH_SECONDS:
            refreshed = time.monotonic()
            yield None
