"""The parts of the section `images` on where conda, oh-my-zsh and packages come from."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ..model import Settings, matching
from ..values.urls import HttpUrl


def _source(url: Any) -> Any:
    if isinstance(url, str) and re.match(r"\w+://[^/]*@", url):
        msg = (
            "the name and password in it would stay in images and in Pulumi's state, as Pulumi's "
            "Docker plug-in passes no secrets to builds: give a mirror in your own network that "
            "adds them, such as devpi, Nexus or a web server"
        )
        raise ValueError(msg)
    return url


SourceUrl = Annotated[HttpUrl, BeforeValidator(_source)]
"""Where builds get something from."""


class Conda(Settings):
    """An installer of conda, for notebooks."""

    url: SourceUrl = Field(examples=["https://repo.example.org/Miniconda3-py313_25.9.1-Linux.sh"])
    """The installer's address."""
    sha256: Annotated[
        str, matching("[0-9a-f]{64}", "a SHA-256 sum: 64 of the digits 0-9 and a-f")
    ] = Field(examples=["0123456789abcdef" * 4])
    """The installer's SHA-256 sum. If the file has another one, the build fails."""


class OhMyZsh(Settings):
    """A repository of oh-my-zsh, for notebooks."""

    url: SourceUrl = Field(examples=["https://git.example.org/mirrors/oh-my-zsh.git"])
    """The address from which git clones the repository."""
    commit: Annotated[
        str, matching("[0-9a-f]{40}", "the whole name of a commit: 40 of the digits 0-9 and a-f")
    ] = Field(examples=["0123456789abcdef" * 2 + "01234567"])
    """The commit that notebooks get."""


class Mirrors(Settings):
    """Package mirrors. Packages for which no mirror is given come from the public registry.

    Their addresses have no name and password in them, which would stay in images. Where yours asks
    for a password, put a server in your own network before it that adds it, and name that.
    """

    apt: SourceUrl | None = Field(None, examples=["https://mirror.example.org"])
    """A mirror of Debian's and Ubuntu's packages, with debian/, debian-security/ or ubuntu/ below
    this address."""
    pypi: SourceUrl | None = Field(None, examples=["https://mirror.example.org/pypi/simple"])
    """An index of Python packages, as pip takes it."""
    npm: SourceUrl | None = Field(None, examples=["https://mirror.example.org/npm"])
    """A registry of Node packages, as npm takes it."""
    go: SourceUrl | None = Field(None, examples=["https://mirror.example.org/goproxy"])
    """A proxy of Go modules, as `GOPROXY` names it. Only a stack with `tls` needs any: Caddy's."""
    conda: SourceUrl | None = Field(None, examples=["https://mirror.example.org/anaconda"])
    """A mirror of conda's packages, with pkgs/ and cloud/ below this address."""
    git: SourceUrl | None = Field(None, examples=["https://mirror.example.org/github.com"])
    """An address that git uses in place of https://github.com."""
    python: SourceUrl | None = Field(None, examples=["https://mirror.example.org/python"])
    """A mirror of the releases of python-build-standalone, from which uv takes other versions of
    Python. Only a kernel with a `.python-version` needs any: docs/environments.md."""
    keep: bool = False
    """Whether the mirrors stay configured in notebooks, for packages that people install
    themselves."""


PRESETS = {
    # https://mirrors.sjtug.sjtu.edu.cn, the mirror of the article
    "sjtug": Mirrors(
        apt="https://mirrors.sjtug.sjtu.edu.cn",
        pypi="https://mirrors.sjtug.sjtu.edu.cn/pypi/web/simple",
        conda="https://mirrors.sjtug.sjtu.edu.cn/anaconda",
        keep=True,
    ),
}


def _preset(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value not in PRESETS:
        msg = f"there is no preset of that name: give one of {', '.join(PRESETS)}, or apt, pypi, …"
        raise ValueError(msg)
    return PRESETS[value]


MirrorsSetting = Annotated[Mirrors, BeforeValidator(_preset)]
"""Mirrors, or the name of a preset."""
