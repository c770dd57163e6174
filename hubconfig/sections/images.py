"""The section `images`."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ..model import Fault, Settings
from ..values import site_ca
from ..values.pinned_images import PinnedImage
from .environments import Environments, name_faults
from .sources import Conda, Mirrors, MirrorsSetting, OhMyZsh


class ImagesArgs(Settings):
    """What images are built from."""

    root: PinnedImage = "debian:trixie-20260918-slim"
    """The image that all others are built on: Debian 12, Ubuntu 24.04 or a newer version of either,
    named by an exact tag or a digest."""
    notebook_root: PinnedImage | None = Field(
        None, examples=["nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04"]
    )
    """The image that notebooks' images are built on, if it is not `root`, such as one with CUDA on
    Ubuntu 24.04."""
    platform: Literal["linux/amd64", "linux/arm64"] = Field("linux/amd64", examples=["linux/arm64"])
    """The platform that images are built for: the engine's operating system and architecture."""
    site_ca: str | None = Field(None, min_length=1, examples=["/etc/ssl/certs/site.pem"])
    """A PEM file on this machine with certificate authorities that builds and notebooks trust in
    addition to the public ones. `machine` stands for those that this machine itself trusts in
    addition."""
    mirrors: MirrorsSetting = Field(Mirrors(), examples=["sjtug"])
    """The mirrors that packages come from. `sjtug` stands for the mirrors of Shanghai Jiao Tong
    University. An address has no password in it: a server of your own can add that."""
    conda: Conda | None = None
    """The conda that notebooks have at /opt/conda. Without this key, they have no conda."""
    oh_my_zsh: OhMyZsh | None = None
    """The oh-my-zsh that notebooks have. Without this key, they have no oh-my-zsh."""
    environments: Environments = Field(
        {}, examples=[{"physics": {"folder": "environments/physics"}}]
    )
    """What servers can have besides `lab`, `science` and `pytorch`, by names of your choice. One is
    built if `notebook.image` or a profile names it."""

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for each environment whose name does not do."""
        yield from name_faults(self.environments)

    def faults_here(self) -> Iterator[Fault]:
        """Yield why the authorities of `site_ca` cannot be passed to builds."""
        if self.site_ca:
            try:
                site_ca.check(self.site_ca)
            except ValueError as fault:
                yield Fault(("site_ca",), str(fault))
