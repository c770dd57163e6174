"""What images are made of, and where it comes from."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from .settings import Settings, matching
from .site import HttpUrl

_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]+)?"
_PART = r"[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"({_HOST}/)?{_PART}(/{_PART})*"
    r"(:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)
"""github.com/distribution/reference, with the only digest that engines take."""
_EXACT_TAG = re.compile(
    r".*(?<!\d)(\d+\.\d+\.\d+|\d{4}-?\d\d-?\d\d)(?!\d).*|[0-9a-f]{12,64}", re.ASCII
)
"""Or the digits of a commit, or of what `contexts.digest` gives: names, and numbers such as 13 and
24.04, move on."""
EXACT = "a digest, or a tag with a date or with a version of three numbers"


def _pinned(image: str) -> str:
    found = _IMAGE.fullmatch(image)
    if not found:
        msg = "expected the name of an image, with an exact tag or a digest"
        raise ValueError(msg)
    if not found["digest"] and not _EXACT_TAG.fullmatch(found["tag"] or ""):
        msg = f"it floats: give {EXACT}"
        raise ValueError(msg)
    return image


PinnedImage = Annotated[str, AfterValidator(_pinned)]


class Conda(Settings):
    """An installer of conda, for notebooks."""

    url: HttpUrl = Field(examples=["https://repo.example.org/Miniconda3-py313_25.9.1-Linux.sh"])
    """Where the installer is."""
    sha256: Annotated[
        str, matching("[0-9a-f]{64}", "a SHA-256 sum: 64 of the digits 0-9 and a-f")
    ] = Field(examples=["0123456789abcdef" * 4])
    """Its checksum; another file fails the build."""

    @property
    def build_arguments(self) -> dict[str, str]:
        """What images/lab takes."""
        return {"CONDA_INSTALLER_URL": self.url, "CONDA_INSTALLER_SHA256": self.sha256}


class OhMyZsh(Settings):
    """A repository of oh-my-zsh, for notebooks."""

    url: HttpUrl = Field(examples=["https://git.example.org/mirrors/oh-my-zsh.git"])
    """Where git clones it from."""
    commit: Annotated[
        str, matching("[0-9a-f]{40}", "the whole name of a commit: 40 of the digits 0-9 and a-f")
    ] = Field(examples=["0123456789abcdef" * 2 + "01234567"])
    """What is taken of it."""

    @property
    def build_arguments(self) -> dict[str, str]:
        """What images/lab takes."""
        return {"OH_MY_ZSH_URL": self.url, "OH_MY_ZSH_COMMIT": self.commit}


class Mirrors(Settings):
    """Package mirrors; what is not named comes from the public registry."""

    apt: HttpUrl | None = Field(None, examples=["https://mirror.example.org"])
    """An address with debian/, debian-security/ or ubuntu/ below it."""
    pypi: HttpUrl | None = Field(None, examples=["https://mirror.example.org/pypi/simple"])
    """An index as pip takes it."""
    npm: HttpUrl | None = Field(None, examples=["https://mirror.example.org/npm"])
    """A registry as npm takes it."""
    conda: HttpUrl | None = Field(None, examples=["https://mirror.example.org/anaconda"])
    """An address with pkgs/ and cloud/ below it."""
    git: HttpUrl | None = Field(None, examples=["https://mirror.example.org/github.com"])
    """An address that stands for https://github.com."""
    keep: bool = False
    """Leave them in the notebooks, for what people install themselves."""

    @property
    def build_arguments(self) -> dict[str, str]:
        """The build arguments of images/, for those that are set."""
        urls = {
            "APT_MIRROR": self.apt,
            "PIP_INDEX_URL": self.pypi,
            "UV_DEFAULT_INDEX": self.pypi,
            "NPM_CONFIG_REGISTRY": self.npm,
            "CONDA_MIRROR": self.conda,
            "GIT_MIRROR": self.git,
        }
        given = {name: url for name, url in urls.items() if url is not None}
        return given | {"KEEP_MIRRORS": "1"} if self.keep else given


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
