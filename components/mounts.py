"""What notebooks share: checked before it is asked of the engine."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from .gitlab_settings import Groups
from .host_directories import host_directory, overlap, plain_path
from .settings import Settings

SYSTEM = {
    *("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "opt", "proc", "root", "run"),
    *("sbin", "sys", "tmp", "usr", "var"),
}
"""Folders of the image that notebooks cannot run without."""

HOMES = PurePosixPath("/home")
_VOLUME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")


def _source(source: str) -> str:
    if re.search(r"[{}]", source):
        msg = "a shared source is the same for everybody: braces are not expected"
        raise ValueError(msg)
    if PurePosixPath(source) == HOMES or PurePosixPath(source).parent == HOMES:
        msg = (
            "it is, or can be, the home of one of the host's accounts, with its keys: give a "
            "directory of its own, such as /srv/data"
        )
        raise ValueError(msg)
    if "/" in source:
        return host_directory(source)
    if not _VOLUME.fullmatch(source):
        msg = "expected a directory of the host, such as /srv/data, or the name of a volume"
        raise ValueError(msg)
    return source


def _target(target: str) -> str:
    plain_path(target)
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
    groups: Groups = Field(None, examples=[["lab/vision"]])
    """Full paths of the GitLab groups whose members see it; default: everyone."""
    read_only: bool = True
    """Whether nobody can change it from a notebook."""

    @property
    def is_volume(self) -> bool:
        """Tell a volume from a directory of the host."""
        return "/" not in self.source


def source_faults(shared: tuple[Shared, ...], home: str) -> Iterator[str]:
    """Yield where a share would show people's homes, or another share.

    All notebooks have one uid, so a directory's mode keeps nobody's files from the others.
    """
    homes = "" if home == "volume" else home.partition("{username}")[0]
    sources = [one.source for one in shared if not one.is_volume]
    for number, source in enumerate(sources):
        if homes and (homes.startswith(f"{source}/") or source.startswith(homes)):
            yield (
                f"shared: source {source} would show everybody's files in {home}: give a place "
                "apart from it, such as /srv/data"
            )
        for other in sources[:number]:
            if overlap(source, other) and source != other:
                yield (
                    f"shared: sources {other} and {source} hold one another: give places apart, "
                    "such as /srv/data and /srv/sets"
                )


def target_faults(shared: tuple[Shared, ...], directory: str) -> Iterator[str]:
    """Yield where a target would hide a home, a target, or be in root's way.

    The engine makes what is missing on the way to a target, as root: below a home, that would be
    folders that their owner cannot use. `directory` is the person's own.
    """
    own = PurePosixPath(directory)
    for number, one in enumerate(shared):
        target = PurePosixPath(one.target)
        direct = target.parent == own and not target.name.startswith(".")
        if own.is_relative_to(target):
            yield (
                f"shared: target {target} would hide people's own files in {directory}: give "
                f"another place, such as {directory}/data"
            )
        elif target.is_relative_to(own) and not direct:
            yield (
                f"shared: target {target} is too deep in people's home: give a folder directly in "
                f"{directory}, such as {directory}/{target.name.lstrip('.')}"
            )
        for other in shared[:number]:
            if overlap(target, other.target):
                yield (
                    f"shared: targets {other.target} and {target} are, or hold, one another: give "
                    "places apart, such as /data and /sets"
                )
