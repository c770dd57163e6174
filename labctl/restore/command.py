"""`labctl restore`: restores what `labctl backup` has copied, on a stack that is up."""

from pathlib import Path
from typing import Annotated

import typer

from hubconfig.stack import PART_LABEL

from ..backups import Backups
from ..engine import Engine
from ..interrupts import interrupt_once
from ..services import stopped, wait_for
from ..stack import StackError, StackOption, not_up
from .archives import targets, verified
from .unpacking import swap, unpack


def restore(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            resolve_path=True,
            help="What labctl backup has made.",
        ),
    ],
    *,
    stack: StackOption = None,
) -> None:
    """Bring back what a backup has, on a stack that is up."""
    interrupt_once()
    names = verified(folder)
    engine = Engine.of_stack(stack)
    if not engine.status("hub"):
        raise not_up(engine.stack.name, f"container {engine.stack.container('hub')}")
    services, homes = targets(engine, names)
    working = ("hub", *(service for service in services if service != "hub"))
    with Backups.of(engine).locked():
        _refuse_while_notebooks_run(engine)
        with stopped(engine, *working) as incomplete:
            _refuse_while_notebooks_run(engine)  # one may have started meanwhile
            _services(engine, folder, services, incomplete)
            _homes(engine, folder, homes)
        wait_for(engine, "hub")
    typer.echo(f"\nRestored {engine.stack.name} from {folder}.")


def _refuse_while_notebooks_run(engine: Engine) -> None:
    """Raise `StackError` if notebooks run.

    They could write to files that are being restored, and the hub would forget them.
    """
    if running := engine.listed("ps", "--format={{.Names}}", part="notebook"):
        msg = (
            f"these notebooks run: {', '.join(running)}; stop them at <site.url>/hub/admin, and "
            "run this again"
        )
        raise StackError(msg)


def _services(engine: Engine, folder: Path, services: dict[str, str], incomplete: set[str]) -> None:
    """Replace what is in services' volumes; `incomplete` has a service while that goes on."""
    volumes = engine.volumes()
    for service, name in services.items():
        volume = engine.stack.volume(service)
        if volume not in volumes:
            typer.echo(f"Left out: {name}, since the stack has no {service} now")
            continue
        unpack(engine, folder, name, volume, "replace")
        incomplete.add(service)
        swap(engine, folder, volume, "replace")
        incomplete.remove(service)


def _homes(engine: Engine, folder: Path, homes: dict[str, str]) -> None:
    """Make the homes that are missing, fill those that are empty, and name all others."""
    labels = [f"--label={label}" for label in (*engine.labels, f"{PART_LABEL}=home")]
    for name, source in homes.items():
        if source == "volume":
            typer.echo(
                f"Left out: {name}, since people's homes are no directories now (notebook.home)"
            )
            continue
        if "/" not in source:
            engine.docker("volume", "create", *labels, source)  # an existing one stays
        if unpack(engine, folder, name, source, "fill"):
            typer.echo(
                f"Left alone: {source}, which has files. For the backup's, move these away and run "
                f"this again; for single ones: tar -xzf {folder / name}"
            )
        else:
            swap(engine, folder, source, "fill")
