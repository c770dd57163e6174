"""Where the program that is checked has its files.

Pulumi starts a pack in the pack's own folder and names no other one to it. But the language host
that starts the pack works in the program's folder, as every plug-in does: `ExecPlugin` in Pulumi's
sdk/go/common/resource/plugin/plugin.go.
"""

from functools import cache
from pathlib import Path

import psutil
import yaml


class ProgramNotFoundError(Exception):
    """Why a rule cannot see the program's files, and what helps."""


def working_folder(project: str) -> Path:
    """Return the folder that the relative paths in a project's resources go by.

    Raises `ProgramNotFoundError` where this pack was not started for that project.
    """
    folder = language_host_folder()
    _project_at(project, folder)
    return folder


def project_folder(project: str) -> Path:
    """Return the folder of a project's Pulumi.yaml and stack files; raises as `working_folder`."""
    return _project_at(project, language_host_folder())


def language_host_folder() -> Path:
    """Return the folder that the process works in which has started this pack."""
    try:
        host = psutil.Process().parent()
        if host is not None:
            return Path(host.cwd())
    except psutil.Error:
        pass
    msg = (
        "this pack does not find the program's files, since the process that started it has gone "
        "or is somebody else's: let pulumi start it, with --policy-pack"
    )
    raise ProgramNotFoundError(msg)


@cache
def _project_at(project: str, place: Path) -> Path:
    """Return the nearest folder with a Pulumi.yaml, from `place` up, if it is the project's."""
    folder = next((each for each in (place, *place.parents) if _file(each).is_file()), None)
    found = yaml.safe_load(_file(folder).read_bytes()) if folder else None
    if folder is None or not isinstance(found, dict) or found.get("name") != project:
        msg = (
            f"this pack does not find the files of the project {project}, since Pulumi's language "
            f"host works in {place}, and {'the' if folder else 'no'} Pulumi.yaml there "
            f"{'is of another project' if folder else 'or above'}: run pulumi in the folder of the "
            "project's own"
        )
        raise ProgramNotFoundError(msg)
    return folder


def _file(folder: Path) -> Path:
    return folder / "Pulumi.yaml"
