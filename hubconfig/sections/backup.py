"""The section `backup`."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from pydantic import Field

from ..model import Fault, Settings
from ..values.directories import BackupDirectory
from .notebook import NotebookArgs


class BackupArgs(Settings):
    """Where `labctl backup` puts backups, and how many it keeps; the deployment ignores both."""

    directory: BackupDirectory | None = Field(None, examples=["/var/backups/jupyterhub"])
    """The directory for backups, on the machine that runs `labctl`. Backups contain people's files
    and tokens."""
    keep: int = Field(7, ge=1, le=10000)
    """How many backups of the stack are kept. After each new backup, older ones beyond this number
    are removed."""

    def faults_with(self, notebook: NotebookArgs) -> Iterator[Fault]:
        """Yield a fault for each place that people see and that contains the backups.

        People's files have to be on the machine that runs `labctl`, as the backups are.
        """
        if self.directory is None:
            return
        homes = notebook.home.partition("{username}")[0]
        places = {"home": notebook.home} if self.directory.startswith(homes) else {}
        places |= {
            f"shared.{number}.source": one.source
            for number, one in enumerate(notebook.shared)
            if PurePosixPath(self.directory).is_relative_to(one.source)
        }
        for key, place in places.items():
            yield Fault(
                ("backup.directory", f"notebook.{key}"),
                f"backup.directory {self.directory} is in {place}, where notebooks show it to "
                "people: give a place apart from it, such as /var/backups/jupyterhub",
            )
