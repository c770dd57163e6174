"""Shared directories and volumes, a part of the section `notebook`."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from ..model import Fault, Settings
from ..values.directories import host_directory, overlap, plain_path
from ..values.gitlab_names import Groups

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
    """The path at which notebooks see the directory or volume."""
    groups: Groups = Field(None, examples=[["lab/vision"]])
    """The full paths of the GitLab groups whose members see the directory or volume; by default
    everyone does."""
    read_only: bool = True
    """Whether notebooks can only read the directory or volume, and not write to it."""

    @property
    def is_volume(self) -> bool:
        """Whether `source` names a volume, and not a directory of the host."""
        return "/" not in self.source


def source_faults(shared: tuple[Shared, ...], home: str) -> Iterator[Fault]:
    """Yield a fault for each source that overlaps people's homes or another source.

    All notebooks run with the same uid, so the modes of files do not protect people's files from
    each other. `home` is `notebook.home`.
    """
    homes = "" if home == "volume" else home.partition("{username}")[0]
    sources = {number: one.source for number, one in enumerate(shared) if not one.is_volume}
    for number, source in sources.items():
        key = f"shared.{number}.source"
        if homes and (homes.startswith(f"{source}/") or source.startswith(homes)):
            yield Fault(
                (key, "home"),
                f"shared: source {source} would show everybody's files in {home}: give a place "
                "apart from it, such as /srv/data",
            )
        for before, other in sources.items():
            if before < number and overlap(source, other) and source != other:
                yield Fault(
                    (f"shared.{before}.source", key),
                    f"shared: sources {other} and {source} hold one another: give places apart, "
                    "such as /srv/data and /srv/sets",
                )


def target_faults(shared: tuple[Shared, ...]) -> Iterator[Fault]:
    """Yield a fault for each two targets of which one is, or contains, the other."""
    for number, one in enumerate(shared):
        for before, other in enumerate(shared[:number]):
            if overlap(one.target, other.target):
                yield Fault(
                    (f"shared.{before}.target", f"shared.{number}.target"),
                    f"shared: targets {other.target} and {one.target} are, or hold, one another: "
                    "give places apart, such as /data and /sets",
                )


def home_faults(shared: tuple[Shared, ...], directory: str) -> Iterator[Fault]:
    """Yield a fault for each target that hides people's home, or cannot be made in it.

    `directory` is the home in the container. The engine creates missing folders on the way to a
    target as root; in a home, they would be folders that people cannot write to.
    """
    own = PurePosixPath(directory)
    for number, target in enumerate(PurePosixPath(one.target) for one in shared):
        direct = target.parent == own and not target.name.startswith(".")
        said = None
        if own.is_relative_to(target):
            said = (
                f"would hide people's own files in {directory}: give another place, such as "
                f"{directory}/data"
            )
        elif target.is_relative_to(own) and not direct:
            said = (
                f"is too deep in people's home: give a folder directly in {directory}, such as "
                f"{directory}/{target.name.lstrip('.')}"
            )
        elif target.is_relative_to(HOMES) and not target.is_relative_to(own):
            said = (
                f"is in a home where nobody lives, since people's is {directory}: give "
                f"{directory}/{target.name}, or a place such as /data"
            )
        if said:
            yield Fault((f"shared.{number}.target", "user"), f"shared: target {target} {said}")
