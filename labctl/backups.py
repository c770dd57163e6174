"""The folders of a stack's backups."""

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


@dataclass(frozen=True)
class Backups:
    """The directory of a stack's backups, and how many of them are kept."""

    directory: Path
    keep: int
    name: str
    """`<project>-<stack>`: in a folder's name, the time in UTC follows it."""

    @classmethod
    def of(cls, engine: Engine) -> "Backups":
        """Return what the section `backup` says; raise `StackError` if it names no directory."""
        stack, given = engine.stack, engine.config.backup
        if given.directory is None:
            key = f"{stack.project}:backup.directory"
            msg = (
                f"{key} is not set: set it with: pulumi config set --stack {stack.name} --path "
                f"'{key}' /var/backups/jupyterhub"
            )
            raise StackError(msg)
        return cls(Path(given.directory), given.keep, f"{stack.project}-{stack.name}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the directory and lock it, once no other backup or restore uses it."""
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
        """Return the folders of the stack's backups, oldest first; their names end in `suffix`."""
        name = re.compile(re.escape(self.name) + r"-\d{8}T\d{6}Z" + re.escape(suffix))
        return sorted(each for each in self.directory.iterdir() if name.fullmatch(each.name))

    def new(self) -> Path:
        """Return the path for the folder of a backup that is made now."""
        return self.directory / f"{self.name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def archives(folder: Path) -> set[str]:
    """Return the paths of the archives in a backup's folder, relative to the folder."""
    return {str(file.relative_to(folder)) for file in folder.rglob("*.tar.gz")}


def digest(path: Path) -> str:
    """Return the SHA-256 sum of a file, as `sha256sum` writes it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
