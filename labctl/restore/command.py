"""`labctl restore`: restores what `labctl backup` has copied, on a stack that is up."""

import re
from pathlib import Path
from typing import Annotated

import typer

from hubconfig.stack import DATA, PART_LABEL

from ..backups import SUMS, Backups, digest
from ..engine import Engine
from ..interrupts import interrupt_once
from ..services import stopped, wait_for
from ..stack import StackError, StackOption, not_up
from .unpacking import swap, unpack

HOME = "[a-z0-9-]+"
"""A person's name, escaped as the hub does it in the names of volumes and directories."""


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
    try:
        names = _verified(folder)
        engine = Engine.of_stack(stack)
        if not engine.status("hub"):
            raise not_up(engine.stack.name, f"container {engine.stack.container('hub')}")
        services, homes = _targets(engine, names)
        working = ("hub", *(service for service in services if service != "hub"))
        with Backups.of(engine).locked():
            _refuse_while_notebooks_run(engine)
            with stopped(engine, *working) as incomplete:
                _refuse_while_notebooks_run(engine)  # one may have started meanwhile
                _services(engine, folder, services, incomplete)
                _homes(engine, folder, homes)
            wait_for(engine, "hub")
    except (OSError, StackError) as error:
        typer.echo(f"labctl restore: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"\nRestored {engine.stack.name} from {folder}.")


def _verified(folder: Path) -> list[str]:
    """Return the names of a backup's files; raise `StackError` if one does not match its sum."""
    names: list[str] = []
    faults = []
    for line in (folder / SUMS).read_text().splitlines():
        expected, _, name = line.partition("  ")
        names.append(name)
        if not (folder / name).is_file():
            faults.append(f"{name} is missing")
        elif digest(folder / name) != expected:
            faults.append(f"{name} has changed")
    if "state.json" not in names:
        faults.append(f"{SUMS} has no state.json")
    if faults:
        msg = f"{folder} is not as it was made, and nothing was restored: {', '.join(faults)}"
        raise StackError(msg)
    return names


def _targets(engine: Engine, names: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return which services and which homes the archives of a backup are for.

    The first dictionary has archives by the name of their service; the second has the volume or
    directory of each home by the name of its archive. Archives that are not of this stack are named
    and left out; if there are no others, `StackError` is raised.
    """
    services, homes, foreign = {}, {}, []
    prefix = re.escape(engine.stack.prefix)
    for name in names:
        if found := re.fullmatch(rf"{prefix}-({'|'.join(DATA)})-data\.tar\.gz", name):
            services[found[1]] = name
        elif found := re.fullmatch(rf"({prefix}-home-{HOME})\.tar\.gz", name):
            homes[name] = found[1]
        elif found := re.fullmatch(rf"homes/({HOME})\.tar\.gz", name):
            homes[name] = engine.home.replace("{username}", found[1])
        elif name not in {"state.json", f"Pulumi.{engine.stack.name}.yaml"}:
            foreign.append(name)
    # The names of archives in homes/ do not tell of which stack they are.
    if not services and all(name.startswith("homes/") for name in homes):
        msg = (
            f"nothing in it is of the stack {engine.stack.name}, whose things begin with "
            f"{engine.stack.prefix}: name the stack that it is of with --stack, or bring this one "
            "up with the site.prefix that it had"
        )
        raise StackError(msg)
    for name in foreign:
        typer.echo(f"Left out: {name}, whose name does not begin with {engine.stack.prefix}-")
    return services, homes


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
