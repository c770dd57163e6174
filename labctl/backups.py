"""The folders that a stack's backups are in."""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from .engine import Engine
from .stack import StackError

SUMS = "SHA256SUMS"
KEEP = 7
"""Unless `backup.keep` is set."""


@dataclass(frozen=True)
class Backups:
    """Where a stack's backups are, and how many."""

    directory: Path
    keep: int
    name: str
    """`<project>-<stack>`, which the UTC time follows in a folder's name."""

    @classmethod
    def of(cls, engine: Engine) -> "Backups":
        """Read `backup.directory` and `backup.keep`; raise `StackError` where they do not do."""
        given = engine.settings["backup"]
        directory, keep = given.get("directory"), given.get("keep", KEEP)
        key = f"{engine.project}:backup"
        setting = f"set it with: pulumi config set --stack {engine.stack} --path"
        if not isinstance(directory, str) or not Path(directory).is_absolute():
            msg = (
                f"{key}.directory is {directory or 'not set'}, and should be an absolute path; "
                f"{setting} '{key}.directory' /var/backups/jupyterhub"
            )
            raise StackError(msg)
        if not isinstance(keep, int) or keep is True or keep < 1:
            msg = f"{key}.keep is {keep}, and should be 1 or more; {setting} '{key}.keep' {KEEP}"
            raise StackError(msg)
        return cls(Path(directory), keep, f"{engine.project}-{engine.stack}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the directory; wait for whoever else makes or restores a backup there."""
        self.directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.directory, os.O_RDONLY)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                typer.echo(f"Waiting for another labctl backup or restore in {self.directory}")
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def folders(self, suffix: str = "") -> list[Path]:
        """Return the folders there, oldest first."""
        name = re.compile(re.escape(self.name) + r"-\d{8}T\d{6}Z" + re.escape(suffix))
        return sorted(each for each in self.directory.iterdir() if name.fullmatch(each.name))

    def new(self) -> Path:
        """Return the folder of a backup that is made now."""
        return self.directory / f"{self.name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def archives(folder: Path) -> set[str]:
    """Return the archives in a folder, by their names in it."""
    return {str(file.relative_to(folder)) for file in folder.rglob("*.tar.gz")}


def digest(path: Path) -> str:
    """Return the SHA-256 sum of a file, as `sha256sum` writes it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
