"""What notebooks see of the Docker host: checked before it is asked of the engine."""

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from .settings import Settings

POWERFUL = (
    *("/run", "/var/run", "/var/lib/docker", "/var/lib/containerd"),
    *("/boot", "/dev", "/etc", "/proc", "/sys", "/usr", "/root", "/var/spool"),
    *("/bin", "/sbin", "/lib", "/lib64"),
)
"""Who can write there (the engine's socket, its files, the system's) is root on the host."""
SYSTEM = {"bin", "boot", "dev", "etc", "lib", "lib64", "proc", "root", "run", "sbin", "sys", "usr"}
"""Folders of the image that notebooks cannot run without."""

_VOLUME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")


def overlap(one: str | PurePosixPath, other: str | PurePosixPath) -> bool:
    """Tell whether one of two absolute paths is, or lies in, the other."""
    return PurePosixPath(one).is_relative_to(other) or PurePosixPath(other).is_relative_to(one)


def _plain_path(path: str) -> None:
    if not path.startswith("/") or ".." in PurePosixPath(path).parts:
        msg = "expected an absolute path without '..', such as /srv/data"
        raise ValueError(msg)
    if str(PurePosixPath(path)) != path or path.startswith("//"):
        msg = f"write it as {PurePosixPath('/', path.lstrip('/'))}"
        raise ValueError(msg)


def _host_directory(path: str) -> str:
    """Return `path` if notebooks may be given that directory of the host."""
    _plain_path(path)
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
    _plain_path(setting)
    above = setting.partition("{username}")[0]
    if above in {"/", "/home/"}:
        msg = (
            "a person could choose a name that is a folder of the system's, or the home of one of "
            "its accounts: give a place of its own, such as /srv/home/{username}"
        )
        raise ValueError(msg)
    return _host_directory(setting)


Home = Annotated[str, AfterValidator(_home)]


def _source(source: str) -> str:
    if re.search(r"[{}]", source):
        msg = "a shared source is the same for everybody: braces are not expected"
        raise ValueError(msg)
    if "/" in source:
        return _host_directory(source)
    if not _VOLUME.fullmatch(source):
        msg = "expected a directory of the host, such as /srv/data, or the name of a volume"
        raise ValueError(msg)
    return source


def _target(target: str) -> str:
    _plain_path(target)
    if re.search(r"[{}]", target):
        msg = "a target is the same for everybody: braces are not expected"
        raise ValueError(msg)
    if target == "/" or PurePosixPath(target).parts[1] in SYSTEM:
        msg = "notebooks need what the image has there: give another place, such as /data"
        raise ValueError(msg)
    return target


class Shared(Settings):
    """A directory or volume that several people see."""

    source: Annotated[str, AfterValidator(_source)] = Field(examples=["/srv/projects/vision"])
    """A directory of the host, which has to exist, or the name of a volume."""
    target: Annotated[str, AfterValidator(_target)] = Field(examples=["/home/ubuntu/vision"])
    """Where notebooks see it."""
    groups: tuple[str, ...] | None = Field(None, min_length=1, examples=[["lab/vision"]])
    """Full paths of the GitLab groups whose members see it; default: everyone."""
    read_only: bool = True
    """Whether nobody can change it from a notebook."""

    @property
    def is_volume(self) -> bool:
        """Tell a volume from a directory of the host."""
        return "/" not in self.source


def check_sources(shared: tuple[Shared, ...], home: str) -> None:
    """Raise `ValueError` where a share would show people's homes, or another share.

    All notebooks have one uid, so a directory's mode keeps nobody's files from the others.
    """
    homes = "" if home == "volume" else home.partition("{username}")[0]
    sources = [one.source for one in shared if not one.is_volume]
    for number, source in enumerate(sources):
        if homes and (homes.startswith(f"{source}/") or source.startswith(homes)):
            msg = f"shared: source {source} would show everybody's files in {home}"
            raise ValueError(msg)
        for other in sources[:number]:
            if overlap(source, other) and source != other:
                msg = f"shared: sources {other} and {source} hold one another"
                raise ValueError(msg)


def check_targets(shared: tuple[Shared, ...], directory: str) -> None:
    """Raise `ValueError` where a target would hide a home, a target, or be in root's way.

    The engine makes what is missing on the way to a target, as root: below a home, that would be
    folders that their owner cannot use. `directory` is the person's own.
    """
    own = PurePosixPath(directory)
    for number, one in enumerate(shared):
        target = PurePosixPath(one.target)
        if own.is_relative_to(target):
            msg = f"shared: target {target} would hide people's own files in {directory}"
            raise ValueError(msg)
        direct = target.parent == own and not target.name.startswith(".")
        if target.is_relative_to(own) and not direct:
            msg = (
                f"shared: target {target} is too deep in people's home: give a folder directly in "
                f"{directory}, such as {directory}/{target.name.lstrip('.')}"
            )
            raise ValueError(msg)
        for other in shared[:number]:
            if overlap(target, other.target):
                msg = f"shared: targets {other.target} and {target} are, or hold, one another"
                raise ValueError(msg)
