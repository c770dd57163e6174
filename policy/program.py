"""Finds the files of the program that is checked.

Pulumi starts a pack in the pack's own folder, and does not tell it the program's. But the language
host that starts the pack works in the program's folder, as every plug-in does: `ExecPlugin` in
Pulumi's sdk/go/common/resource/plugin/plugin.go.
"""

from pathlib import Path

import psutil

from hubconfig.files import project_folder as nearest_project_folder
from hubconfig.files import project_name


class ProgramNotFoundError(Exception):
    """The program's files are not found; the message says why and what helps."""


def working_folder(project: str) -> Path:
    """Return the folder to which the paths in a project's resources are relative.

    Raises `ProgramNotFoundError` if this pack was not started for that project.
    """
    folder = language_host_folder()
    _project_at(project, folder)
    return folder


def project_folder(project: str) -> Path:
    """Return the folder of a project's Pulumi.yaml and stack files; raises as `working_folder`."""
    return _project_at(project, language_host_folder())


def language_host_folder() -> Path:
    """Return the working folder of the process that has started this pack.

    Raises `ProgramNotFoundError` if that process cannot be seen.
    """
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


def _project_at(project: str, place: Path) -> Path:
    """Return the nearest folder with a Pulumi.yaml, from `place` up, if it is the project's."""
    folder = nearest_project_folder(place)
    if folder is None or project_name(folder) != project:
        msg = (
            f"this pack does not find the files of the project {project}, since Pulumi's language "
            f"host works in {place}, and {'the' if folder else 'no'} Pulumi.yaml there "
            f"{'is of another project' if folder else 'or above'}: run pulumi in the folder of the "
            "project's own"
        )
        raise ProgramNotFoundError(msg)
    return folder
