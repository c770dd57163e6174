"""The archives of a backup: whether they are whole, and what they are of."""

import re
from pathlib import Path

import typer

from hubconfig.stack import DATA

from ..backups import SUMS, digest
from ..engine import Engine
from ..stack import StackError

HOME = "[a-z0-9-]+"
"""A person's name, escaped as the hub does it in the names of volumes and directories."""


def verified(folder: Path) -> list[str]:
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


def targets(engine: Engine, names: list[str]) -> tuple[dict[str, str], dict[str, str]]:
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
