"""The images, each built from the folder of its name under `images/`."""

import hashlib
import json
import re
from pathlib import Path
from typing import Literal

import pulumi_docker as docker
from pulumi import ComponentResource, ResourceOptions, RunError
from pydantic import Field

from . import site_ca
from .gpus import GpuArgs
from .notebook import NotebookArgs
from .settings import Settings
from .sources import Conda, Mirrors, MirrorsSetting, OhMyZsh, PinnedImage

CONTEXTS = Path("images")
"""Relative to the program: an absolute path would differ between two checkouts."""


class ImagesArgs(Settings):
    """What images are built from."""

    root: PinnedImage = "debian:trixie-20260918-slim"
    """The image under all others: Debian or Ubuntu, by an exact tag or a digest."""
    notebook_root: PinnedImage | None = Field(
        None, examples=["nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04"]
    )
    """The image under notebooks, if it is another, such as one with CUDA."""
    platform: Literal["linux/amd64", "linux/arm64"] = "linux/amd64"
    """What the images run on: the engine's architecture."""
    site_ca: str | None = Field(None, examples=["/etc/ssl/certs/site.pem"])
    """A PEM file of certificate authorities that builds and notebooks trust besides the public
    ones; `machine` takes those that this machine trusts besides the public ones."""
    mirrors: MirrorsSetting = Mirrors()
    """Where packages come from, or `sjtug` for those of Shanghai Jiao Tong University."""
    conda: Conda | None = None
    """Put conda into notebooks, at /opt/conda."""
    oh_my_zsh: OhMyZsh | None = None
    """Put oh-my-zsh into notebooks."""

    @property
    def build_arguments(self) -> dict[str, str]:
        """What any Dockerfile may ask for; each gets what it declares with ARG."""
        return {
            "SITE_CA": site_ca.certificates(self.site_ca),
            **self.mirrors.build_arguments,
            **(self.conda.build_arguments if self.conda else {}),
            **(self.oh_my_zsh.build_arguments if self.oh_my_zsh else {}),
        }


class Image(ComponentResource):
    """An image whose tag is a digest of all that it is made from.

    A change of a file, a build argument or a parent image gives another `reference`, which the
    preview shows wherever it is used; nothing else does, whatever directory the program runs in.
    """

    reference: str

    def __init__(
        self,
        name: str,
        folder: str,
        *,
        build_args: dict[str, str],
        platform: str,
        parents: list["Image"],
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Image", name, None, opts)
        context = CONTEXTS / folder
        self.reference = f"jupyterhub-{folder}:{_digest(context, build_args, platform)}"
        docker.Image(
            f"{name}-build",
            image_name=self.reference,
            skip_push=True,
            build={
                "context": str(context),
                "dockerfile": str(context / "Dockerfile"),
                "args": build_args,
                "platform": platform,
                "builder_version": docker.BuilderVersion.BUILDER_BUILD_KIT,
            },
            opts=ResourceOptions(parent=self, depends_on=parents),
        )
        self.register_outputs({"reference": self.reference})


class ImageChain(ComponentResource):
    """All images of a stack: what notebooks run (`lab`) and what the services run."""

    def __init__(
        self,
        name: str,
        args: ImagesArgs,
        *,
        notebook: NotebookArgs,
        gpus: GpuArgs,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:ImageChain", name, None, opts)
        _one_jupyterhub()
        self._platform = args.platform
        self._arguments = args.build_arguments | notebook.build_arguments | gpus.build_arguments
        self._foundation = foundation = self._build("foundation", ROOT_IMAGE=args.root)
        if args.notebook_root not in {None, args.root}:
            foundation = self._build("foundation", "notebook-", ROOT_IMAGE=args.notebook_root or "")
        base_notebook = self._build("base-notebook", FOUNDATION=foundation)
        singleuser = self._build("singleuser", BASE_NOTEBOOK=base_notebook)
        self.lab = self._build("lab", SINGLEUSER=singleuser)
        self.hub = self.on_foundation("hub")
        self.proxy = self.on_foundation("proxy")
        self.register_outputs({"lab": self.lab.reference, "hub": self.hub.reference})

    def on_foundation(self, folder: str) -> Image:
        """Build `images/<folder>` on the image that all services share."""
        return self._build(folder, FOUNDATION=self._foundation)

    def _build(self, folder: str, prefix: str = "", **own: Image | str) -> Image:
        """Build `images/<folder>` with `own` arguments and those that its Dockerfile declares."""
        dockerfile = (CONTEXTS / folder / "Dockerfile").read_text()
        declared = re.findall(r"^ARG (\w+)", dockerfile, re.MULTILINE)
        arguments = {key: self._arguments[key] for key in declared if key in self._arguments}
        for key, value in own.items():
            arguments[key] = value.reference if isinstance(value, Image) else value
        return Image(
            f"{prefix}{folder}",
            folder,
            build_args=arguments,
            platform=self._platform,
            parents=[value for value in own.values() if isinstance(value, Image)],
            opts=ResourceOptions(parent=self),
        )


def _one_jupyterhub() -> None:
    """Raise `RunError` if hub and notebooks would have different versions of JupyterHub."""
    found = {
        str(lock): re.findall(r"^jupyterhub==(\S+)", lock.read_text(), re.MULTILINE)[0]
        for folder in ("hub", "singleuser", "lab")
        for lock in sorted((CONTEXTS / folder).glob("requirements*.lock"))
    }
    if len(set(found.values())) > 1:
        listed = ", ".join(f"{lock} has {version}" for lock, version in found.items())
        msg = f"hub and notebooks need one version of jupyterhub, but {listed}: run make lock"
        raise RunError(msg)


def _digest(context: Path, build_args: dict[str, str], platform: str) -> str:
    """Digest a build context and its arguments; a parent counts through its reference."""
    digest = hashlib.sha256(json.dumps([build_args, platform], sort_keys=True).encode())
    for file in sorted(context.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            # Git keeps no more of a file's mode than whether it can be executed.
            executable = bool(file.stat().st_mode & 0o100)
            digest.update(f"\0{file.relative_to(context).as_posix()}\0{executable}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
