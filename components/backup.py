"""Where a stack's backups are kept."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from .host_directories import plain_path
from .notebook import NotebookArgs
from .settings import Settings


class BackupArgs(Settings):
    """What `labctl backup` reads; the deployment itself does not change with it."""

    directory: Annotated[str, AfterValidator(plain_path)] | None = Field(
        None, examples=["/var/backups/jupyterhub"]
    )
    """A directory of the machine that runs `labctl`; it holds people's files and their tokens."""
    keep: int = Field(7, ge=1)
    """How many backups of the stack are kept; older ones are removed after each new one."""

    def faults_with(self, notebook: NotebookArgs) -> Iterator[str]:
        """Yield where people would see the backups, if their files are on the same machine."""
        if self.directory is None:
            return
        homes = notebook.home.partition("{username}")[0]
        places = [notebook.home] if self.directory.startswith(homes) else []
        places += [
            one.source
            for one in notebook.shared
            if PurePosixPath(self.directory).is_relative_to(one.source)
        ]
        for place in places:
            yield (
                f"backup.directory {self.directory} is in {place}, where notebooks show it to "
                "people: give a place apart from it, such as /var/backups/jupyterhub"
            )
