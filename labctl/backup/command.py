"""`labctl backup`: copies a stack's state, volumes and homes into a folder."""

import os
import re
import shutil
from contextlib import nullcontext
from pathlib import Path

import typer

from ..backups import SUMS, Backups, archives, digest
from ..engine import Engine
from ..interrupts import interrupt_once
from ..services import frozen
from ..stack import StackError, StackOption, not_up, pulumi

DATABASES = ("hub", "gitlab")
"""The services that keep a database of SQLite. While a service is frozen, the database's file and
journal are as after a crash, from which SQLite recovers. Copies that are made while the service
writes need not fit together: sqlite.org/howtocorrupt.html, 1.2."""
TAR = """
tar --create --gzip --numeric-owner --file=- --directory=/from \\
    --exclude=./.labctl-restore --exclude=./.labctl-moving.\\* . || [ $? -eq 1 ]
"""
"""The shell command that writes an archive of /from. Owners are numbers, as on the host. tar's
status 1 means that a file changed while it was read, as people's files do (GNU tar's manual,
"Return codes"), and becomes 0. So a status 1 is docker's own, if it loses the engine: a failure."""
NOT_IN_IT = (
    "Not in it: what people share (directories and volumes), homes of the host's accounts "
    "(notebook.system_users), and the passphrase, without which nobody reads the secrets in "
    "state.json: keep them elsewhere."
)


def backup(stack: StackOption = None) -> None:
    """Copy a stack's state and files to backup.directory."""
    interrupt_once()
    os.umask(0o077)  # they are people's files, and tokens
    engine = Engine.of_stack(stack)
    backups = Backups.of(engine)
    with backups.locked():
        before = backups.folders()[-1:]
        folder = _made(engine, backups)
        _compare(folder, before)
        for old in backups.folders()[: -backups.keep]:
            shutil.rmtree(old)
            typer.echo(f"Removed {old.name}, beyond the {backups.keep} that backup.keep keeps")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    typer.echo(f"\nThe backup is in {folder}, {size / 2**20:,.1f} MiB.\n{NOT_IN_IT}")


def _made(engine: Engine, backups: Backups) -> Path:
    """Make a backup as a whole, or not at all; return its folder."""
    for left in backups.folders(".part"):  # by a backup that was killed
        shutil.rmtree(left)
    folder = backups.new()
    part = folder.with_name(f"{folder.name}.part")
    part.mkdir()
    try:
        _fill(engine, part)
        os.sync()  # before older backups are removed
        return part.rename(folder)
    except BaseException:
        shutil.rmtree(part)
        raise


def _compare(folder: Path, before: list[Path]) -> None:
    """Raise `StackError` if a backup lacks an archive that the previous one, if any, has.

    A disk may not be mounted, for example. The error comes only once, since the next backup is
    compared with this one: the missing files may have been removed on purpose.
    """
    for old in before:
        if gone := sorted(archives(old) - archives(folder)):
            msg = (
                f"{folder} has no {', '.join(gone)}, which {old} has. Look where it is, unless you "
                "removed it; no backup was removed this time"
            )
            raise StackError(msg)


def _fill(engine: Engine, part: Path) -> None:
    volumes, data = engine.volumes(), engine.stack.volume("hub")
    if data not in volumes:
        raise not_up(engine.stack.name, f"volume {data}")
    file = f"Pulumi.{engine.stack.name}.yaml"
    shutil.copyfile(file, part / file)
    (part / "state.json").write_text(pulumi("stack", "export", stack=engine.stack.name))
    databases = {engine.stack.volume(service): service for service in DATABASES}
    for volume in volumes:
        service = databases.get(volume)
        with frozen(engine, service) if service else nullcontext():
            _archive(engine, volume, part / f"{volume}.tar.gz")
    for name in _directories(engine):
        (part / "homes").mkdir(exist_ok=True)
        _archive(engine, engine.home.replace("{username}", name), part / f"homes/{name}.tar.gz")
    files = sorted(each for each in part.rglob("*") if each.is_file())
    sums = [f"{digest(file)}  {file.relative_to(part)}\n" for file in files]
    (part / SUMS).write_text("".join(sums))


def _archive(engine: Engine, source: str, file: Path) -> None:
    """Copy a volume, or a directory of the engine's host, into an archive."""
    with file.open("wb") as archive:
        engine.run(f"{source}:/from:ro", "sh", "-c", TAR, stdout=archive)
    typer.echo(f"Copied {source}, {file.stat().st_size / 2**20:,.1f} MiB")


def _directories(engine: Engine) -> list[str]:
    """Return the names of the people who have a directory as home, escaped as the hub does it."""
    if engine.home == "volume":
        return []
    parent = engine.home.partition("{username}")[0].rpartition("/")[0]
    below = engine.home.removeprefix(f"{parent}/")
    depth = str(below.count("/") + 1)
    # A home can be a link to another place on the host, which the engine follows.
    place = ("find", "/from", "-mindepth", depth, "-maxdepth", depth)
    listed = engine.run(
        f"{parent}:/from:ro", *place, "(", "-type", "d", "-o", "-type", "l", ")", "-printf", "%P\\n"
    )
    name = re.compile(re.escape(below).replace(re.escape("{username}"), "([a-z0-9-]+)"))
    return sorted(found[1] for line in listed.splitlines() if (found := name.fullmatch(line)))
