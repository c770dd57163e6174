"""The part of the section `images` on the environments that people's servers can have."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from .. import environment_folders
from ..model import Fault, Settings, matching
from ..values.pinned_images import PinnedImage

LAB = "lab"
READY = {LAB: None, "science": LAB, "pytorch": "science"}
"""The environments of this project, in images/, and what each is built on."""


def _folder(path: str) -> str:
    place = Path(path)
    if place.is_absolute() or ".." in place.parts or str(place) in {".", ""}:
        msg = "expected a folder beside the stack file or below, such as environments/physics"
        raise ValueError(msg)
    if str(place) != path:
        msg = f"write it as {place}"
        raise ValueError(msg)
    if not re.fullmatch(r"[A-Za-z0-9._/-]{1,200}", path):
        msg = "give it a name of letters, digits, '.', '_' and '-', as commands take it"
        raise ValueError(msg)
    return path


Folder = Annotated[str, AfterValidator(_folder)]
"""A folder of the site's own repository, relative to its Pulumi.yaml."""
AptPackage = Annotated[
    str,
    matching(
        r"[a-z0-9][a-z0-9+.-]*[a-z0-9+](=[A-Za-z0-9.+:~-]+)?",
        "a Debian package, such as r-cran-irkernel",
    ),
]
NAME = re.compile("(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""What an environment can be called: a part of its image's name."""


class Environment(Settings):
    """What people's servers hold, by the name that `notebook.image` and profiles use.

    It is an image from elsewhere (`image`); or the lab with packages of your own (`folder`, `apt`);
    or what a Dockerfile of your own makes of the lab (`folder`). docs/environments.md shows each.
    """

    image: PinnedImage | None = Field(
        None, examples=["registry.example.org/jupyter/scipy-notebook:2026-11-23"]
    )
    """An image from elsewhere, by an exact tag or a digest, that keeps to the conventions of
    jupyter/docker-stacks and has a JupyterHub that goes with the hub's."""
    folder: Folder | None = Field(None, examples=["environments/physics"])
    """A folder beside the stack file, or below. With a Dockerfile, it is built from that, which
    begins with `ARG LAB` and `FROM ${LAB}`. Without, the Python packages of its requirements.lock
    are installed, and a kernel is made of each folder in its `kernels`."""
    base: Literal["lab", "science", "pytorch"] = "lab"
    """What `folder` and `apt` are added to."""
    apt: tuple[AptPackage, ...] = Field((), examples=[["gfortran", "r-cran-irkernel"]])
    """Packages of Debian or Ubuntu, whichever `root` is."""

    def faults(self) -> Iterator[Fault]:
        """Yield a fault if it says nothing, or two things."""
        if self.image and (self.folder or self.apt or self.base != LAB):
            yield Fault(
                ("image", "folder", "apt", "base"),
                "image is from elsewhere, and folder, apt and base are for what is built on the "
                "lab: remove one or the others, or use the image in a Dockerfile of your own",
            )
        if not (self.image or self.folder or self.apt):
            yield Fault(
                ("image", "folder", "apt"),
                "nothing is said of what it has: give image, folder or apt",
            )

    def faults_here(self) -> Iterator[Fault]:
        """Yield why its folder cannot be built as it is now."""
        if self.folder:
            sentences = environment_folders.faults(Path(self.folder), self.base, self.apt)
            yield from (Fault(("folder", "apt"), sentence) for sentence in sentences)


Environments = dict[str, Environment]


def name_faults(environments: Environments) -> Iterator[Fault]:
    """Yield a fault for each environment that has no name, or that of one of this project's."""
    for name in environments:
        if name in READY:
            yield Fault(
                (f"environments.{name}",),
                f"environments: {name} is one of this project's own: call yours another name",
            )
        elif not NAME.fullmatch(name):
            yield Fault(
                (f"environments.{name}",),
                f"environments: {name} is no name: give one of at most 40 lower-case letters, "
                "digits and single hyphens, such as physics",
            )
