"""Directories of the Docker host."""

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator

POWERFUL = (
    *("/run", "/var/run", "/var/lib/docker", "/var/lib/containerd", "/opt/containerd"),
    *("/boot", "/dev", "/etc", "/proc", "/sys", "/usr", "/root", "/snap"),
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/var/cache", "/var/lib/apt", "/var/lib/dpkg", "/var/lib/systemd", "/var/log", "/var/spool"),
)
"""Directories of the system. Whoever can write to them can become root on the host, and some hold
what only root may read."""
CROWDED = ("/", "/home", "/opt", "/var", "/var/lib", "/var/mail")
"""Folders in which the system has entries with names that people can have too, such as the homes of
accounts and the folders of packages."""
FLEETING = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108  # looked for, not used
"""Folders that a host empties, at a reboot or of old files."""
NO_PLACE_FOR_BACKUPS = ("/boot", "/dev", "/etc", "/proc", "/run", "/sys", "/usr", "/var/lib/docker")
"""Folders of the system and of the engine, which the engine or an upgrade may empty or fill."""


def overlap(one: str | PurePosixPath, other: str | PurePosixPath) -> bool:
    """Tell whether one of two absolute paths is, or lies in, the other."""
    return PurePosixPath(one).is_relative_to(other) or PurePosixPath(other).is_relative_to(one)


def lies_in(path: str, folders: tuple[str, ...]) -> str | None:
    """Return the first of the folders that a path is, or lies in; None if there is none."""
    return next((each for each in folders if PurePosixPath(path).is_relative_to(each)), None)


def plain_path(path: str) -> str:
    """Return `path` if it is absolute, in its shortest form, and acceptable to the engine.

    Raises `ValueError` otherwise.
    """
    if not path.startswith("/") or ".." in PurePosixPath(path).parts:
        msg = "expected an absolute path without '..', such as /srv/data"
        raise ValueError(msg)
    if ":" in path or not path.isprintable():
        msg = "the engine takes no path with a colon or a line break: give one without"
        raise ValueError(msg)
    if str(PurePosixPath(path)) != path or path.startswith("//"):
        msg = f"write it as {PurePosixPath('/', path.lstrip('/'))}"
        raise ValueError(msg)
    return path


def host_directory(path: str) -> str:
    """Return `path` if notebooks may see that directory of the host; else raise `ValueError`."""
    plain_path(path)
    for place in POWERFUL:
        if overlap(path, place):
            msg = (
                f"it is, holds or lies in {place}, with which a notebook could become root on the "
                "host: give a directory of its own, such as /srv/data"
            )
            raise ValueError(msg)
    return path


def _home(setting: str) -> str:
    if setting == "volume":
        return setting
    if re.findall(r"\{.*?\}|[{}]", setting) != ["{username}"]:
        msg = (
            "expected volume, or a directory of the host with {username} once, such as "
            "/home/data/jupyterhub/user-data-{username}"
        )
        raise ValueError(msg)
    plain_path(setting)
    if str(PurePosixPath(f"{setting.partition('{username}')[0]}x").parent) in CROWDED:
        msg = (
            "a person could choose a name that is a folder of the system's, or the home of one of "
            "its accounts: give a place of its own, such as /srv/home/{username}"
        )
        raise ValueError(msg)
    if folder := lies_in(setting, FLEETING):
        msg = (
            f"the host empties {folder}, and people's files would go: give a place of its own, "
            "such as /srv/home/{username}"
        )
        raise ValueError(msg)
    return host_directory(setting)


Home = Annotated[str, AfterValidator(_home)]
"""`volume`, or a directory of the host for each person, with `{username}` in its path."""


def _for_backups(path: str) -> str:
    plain_path(path)
    if path == "/" or lies_in(path, (*NO_PLACE_FOR_BACKUPS, *FLEETING)):
        msg = (
            "backups would be among the system's own files, which it replaces or empties: give a "
            "place of its own, such as /var/backups/jupyterhub"
        )
        raise ValueError(msg)
    return path


BackupDirectory = Annotated[str, AfterValidator(_for_backups)]
"""A directory that outlives reboots and upgrades."""
