"""Which directories of the Docker host notebooks may be given."""

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
"""Who can write there (the engine's socket, its files, the system's) is root on the host."""
CROWDED = ("/", "/home", "/opt", "/var", "/var/lib", "/var/mail")
"""What else is there has names that people can have too: accounts, packages, the system's."""


def overlap(one: str | PurePosixPath, other: str | PurePosixPath) -> bool:
    """Tell whether one of two absolute paths is, or lies in, the other."""
    return PurePosixPath(one).is_relative_to(other) or PurePosixPath(other).is_relative_to(one)


def plain_path(path: str) -> str:
    """Return `path` if it is absolute, in its shortest form, and the engine takes it as it is."""
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
    """Return `path` if notebooks may be given that directory of the host."""
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
    """Return `setting` if it is `volume` or tells everybody's directory from the others'."""
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
    return host_directory(setting)


Home = Annotated[str, AfterValidator(_home)]
