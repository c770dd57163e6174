"""`labctl restore`: what `labctl backup` has copied, back on a stack that is up."""

import re
from pathlib import Path
from typing import Annotated

import typer

from .backups import SUMS, Backups, digest
from .engine import Engine
from .interrupts import interrupt_once
from .services import stopped, wait_for
from .stack import Stack, StackError, not_up
from .unpacking import swap, unpack

SERVICES = ("hub", "edge", "gitlab")
"""Those with a volume `<prefix>-<service>-data`."""
HOME = "[a-z0-9-]+"
"""A person's name, as the hub writes it in names."""


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
    stack: Stack = None,
) -> None:
    """Bring back what a backup has, on a stack that is up."""
    interrupt_once()
    try:
        names = _verified(folder)
        engine = Engine.of_stack(stack)
        if not engine.status("hub"):
            raise not_up(engine.stack, f"container {engine.prefix}-hub")
        services, homes = _targets(engine, names)
        working = ("hub", *(service for service in services if service != "hub"))
        with Backups.of(engine).locked():
            _refuse_while_notebooks_run(engine)
            with stopped(engine, *working) as incomplete:
                _refuse_while_notebooks_run(engine)  # one that was started meanwhile
                _services(engine, folder, services, incomplete)
                _homes(engine, folder, homes)
            wait_for(engine, "hub")
    except (OSError, StackError) as error:
        typer.echo(f"labctl restore: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"\nRestored {engine.stack} from {folder}.")


def _verified(folder: Path) -> list[str]:
    """Return the names of what a backup has, once each is as its sum says."""
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
    """Return the services whose volumes, and the homes of people, that a backup has.

    The archive of each service, by its name; the volume or directory of each archive of a home.
    What is not the stack's is named and left out; raise where nothing is.
    """
    services, homes, foreign = {}, {}, []
    prefix = re.escape(engine.prefix)
    for name in names:
        if found := re.fullmatch(rf"{prefix}-({'|'.join(SERVICES)})-data\.tar\.gz", name):
            services[found[1]] = name
        elif found := re.fullmatch(rf"({prefix}-home-{HOME})\.tar\.gz", name):
            homes[name] = found[1]
        elif found := re.fullmatch(rf"homes/({HOME})\.tar\.gz", name):
            homes[name] = engine.home.replace("{username}", found[1])
        elif name not in {"state.json", f"Pulumi.{engine.stack}.yaml"}:
            foreign.append(name)
    # Archives in homes/ do not tell whose they are.
    if not services and all(name.startswith("homes/") for name in homes):
        msg = (
            f"nothing in it is of the stack {engine.stack}, whose things begin with "
            f"{engine.prefix}: name the stack that it is of with --stack, or bring this one up "
            "with the site.prefix that it had"
        )
        raise StackError(msg)
    for name in foreign:
        typer.echo(f"Left out: {name}, whose name does not begin with {engine.prefix}-")
    return services, homes


def _refuse_while_notebooks_run(engine: Engine) -> None:
    """Raise while people could write to what is restored, or the hub would forget their servers."""
    if running := engine.listed("ps", "--format={{.Names}}", part="notebook"):
        msg = (
            f"these notebooks run: {', '.join(running)}; stop them at <site.url>/hub/admin, and "
            "run this again"
        )
        raise StackError(msg)


def _services(engine: Engine, folder: Path, services: dict[str, str], incomplete: set[str]) -> None:
    """Put what the backup has in the place of what is in services' volumes."""
    volumes = engine.volumes()
    for service, name in services.items():
        volume = f"{engine.prefix}-{service}-data"
        if volume not in volumes:
            typer.echo(f"Left out: {name}, since the stack has no {service} now")
            continue
        unpack(engine, folder, name, volume, "replace")
        incomplete.add(service)
        swap(engine, folder, volume, "replace")
        incomplete.remove(service)


def _homes(engine: Engine, folder: Path, homes: dict[str, str]) -> None:
    """Make homes that are missing, and fill those that are empty; say which are neither."""
    labels = [f"--label={label}" for label in (*engine.labels, "jupyterhub.part=home")]
    for name, source in homes.items():
        if source == "volume":
            typer.echo(
                f"Left out: {name}, since people's homes are no directories now (notebook.home)"
            )
            continue
        if "/" not in source:
            engine.docker("volume", "create", *labels, source)  # which leaves one that exists
        if unpack(engine, folder, name, source, "fill"):
            typer.echo(
                f"Left alone: {source}, which has files. For the backup's, move these away and run "
                f"this again; for single ones: tar -xzf {folder / name}"
            )
        else:
            swap(engine, folder, source, "fill")
