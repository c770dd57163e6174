"""Pulumi's files in a project's folder: where they are, and for which stacks."""

from contextlib import suppress
from pathlib import Path

from .loading import UnreadableError, content_of

PROJECT_FILE = "Pulumi.yaml"


def project_folder(start: Path) -> Path | None:
    """Return the nearest folder with a Pulumi.yaml, from `start` upwards, or None."""
    places = (start, *start.parents)
    return next((folder for folder in places if (folder / PROJECT_FILE).is_file()), None)


def project_name(folder: Path) -> str | None:
    """Return the name of the project whose Pulumi.yaml is in a folder, or None."""
    with suppress(UnreadableError):
        name = content_of(folder / PROJECT_FILE).get("name")
        return name if isinstance(name, str) else None
    return None


def stack_files(folder: Path) -> dict[str, Path]:
    """Return the stack files in a folder by the names of their stacks."""
    files = sorted(folder.glob("Pulumi.*.yaml"))
    return {file.name.removeprefix("Pulumi.").removesuffix(".yaml"): file for file in files}
