"""What images are made of, and where it comes from."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from .settings import Settings
from .site import HttpUrl


def _pinned(image: str) -> str:
    name, _, digest = image.rsplit("/", 1)[-1].partition("@")
    tag = name.partition(":")[2]
    if not digest.startswith("sha256:") and (digest or tag in {"", "latest"}):
        msg = "it floats: give an exact tag or a digest, such as debian:trixie-20260918-slim"
        raise ValueError(msg)
    return image


PinnedImage = Annotated[str, AfterValidator(_pinned)]


def _without_credentials(url: str) -> str:
    if "@" in urlsplit(url).netloc:
        msg = "a name or password in it would stay in the image's history: use a mirror without"
        raise ValueError(msg)
    return url


MirrorUrl = Annotated[HttpUrl, AfterValidator(_without_credentials)]


class Conda(Settings):
    """An installer of conda, for notebooks."""

    url: MirrorUrl = Field(examples=["https://repo.example.org/Miniconda3-py313_25.9.1-Linux.sh"])
    """Where the installer is."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", examples=["0123…cdef (64 digits)"])
    """Its checksum; another file fails the build."""

    @property
    def build_arguments(self) -> dict[str, str]:
        """What images/lab takes."""
        return {"CONDA_INSTALLER_URL": self.url, "CONDA_INSTALLER_SHA256": self.sha256}


class OhMyZsh(Settings):
    """A repository of oh-my-zsh, for notebooks."""

    url: MirrorUrl = Field(examples=["https://git.example.org/mirrors/oh-my-zsh.git"])
    """Where git clones it from."""
    commit: str = Field(pattern=r"^[0-9a-f]{40}$", examples=["0123…cdef (40 digits)"])
    """What is taken of it."""

    @property
    def build_arguments(self) -> dict[str, str]:
        """What images/lab takes."""
        return {"OH_MY_ZSH_URL": self.url, "OH_MY_ZSH_COMMIT": self.commit}


class Mirrors(Settings):
    """Package mirrors; what is not named comes from the public registry."""

    apt: MirrorUrl | None = Field(None, examples=["https://mirror.example.org"])
    """An address with debian/, debian-security/ or ubuntu/ below it."""
    pypi: MirrorUrl | None = Field(None, examples=["https://mirror.example.org/pypi/simple"])
    """An index as pip takes it."""
    npm: MirrorUrl | None = Field(None, examples=["https://mirror.example.org/npm"])
    """A registry as npm takes it."""
    conda: MirrorUrl | None = Field(None, examples=["https://mirror.example.org/anaconda"])
    """An address with pkgs/ and cloud/ below it."""
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
