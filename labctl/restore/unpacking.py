"""Unpacks archives beside the files that they replace, and moves them into place afterwards."""

from pathlib import Path

import typer

from ..engine import Engine

UNPACK = """set -e
new=/to/.labctl-restore
if [ $1 = fill ]; then
    [ ! -e "/to/.labctl-moving.$2" ] || exit 0
    there=$(find /to -mindepth 1 -maxdepth 1 ! -path $new -print -quit)
    [ -z "$there" ] || { echo full; exit; }
fi
rm -rf $new
mkdir --mode=700 $new
tar --extract --gzip --numeric-owner --file=- --directory=$new || { rm -rf $new; exit 1; }
"""
"""Unpacks an archive in a folder beside the existing files, so that they stay until the archive is
known to be whole. What an interrupted run has left in that folder does not count. If a run of the
same backup was interrupted while it moved files into place, a target to `fill` gets the rest."""
SWAP = """set -e
cd /to
[ $1 = fill ] || find . -mindepth 1 -maxdepth 1 ! -name .labctl-restore -exec rm -rf {} +
[ -e ".labctl-moving.$2" ] || mv .labctl-restore ".labctl-moving.$2"
cd ".labctl-moving.$2"
find . -mindepth 1 -maxdepth 1 -exec mv --no-clobber --target-directory=/to {} +
chown --reference=. /to
chmod --reference=. /to
rmdir "$PWD"
"""


def unpack(engine: Engine, backup: Path, name: str, target: str, how: str) -> str:
    """Unpack an archive in a volume or directory, to `replace` its files or to `fill` it.

    Returns an empty text, or `full` if a target to `fill` has files, which stay as they are.
    """
    with (backup / name).open("rb") as archive:
        return engine.run(
            f"{target}:/to", "sh", "-c", UNPACK, "sh", how, backup.name, stdin=archive
        )


def swap(engine: Engine, backup: Path, target: str, how: str) -> None:
    """Move what was unpacked into place; to `replace`, remove the existing files first."""
    try:
        engine.run(f"{target}:/to", "sh", "-c", SWAP, "sh", how, backup.name)
    except BaseException:
        typer.echo(f"{target} is incomplete: run this again", err=True)
        raise
    typer.echo(f"Restored {target}")
