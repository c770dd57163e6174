"""The images, each built from the folder of its name under `images/`."""

from functools import cached_property
from typing import Literal

import pulumi_docker as docker
from pulumi import ComponentResource, ResourceOptions
from pydantic import Field

from . import contexts
from .servers import Servers
from .settings import Settings
from .site_ca import SiteCa, certificates
from .sources import Conda, Mirrors, MirrorsSetting, OhMyZsh, PinnedImage


class ImagesArgs(Settings):
    """What images are built from."""

    root: PinnedImage = "debian:trixie-20260918-slim"
    """The image under all others: Debian 12, Ubuntu 24.04 or newer, by exact tag or digest."""
    notebook_root: PinnedImage | None = Field(
        None, examples=["nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04"]
    )
    """The image under notebooks, if it is another, such as one with CUDA on Ubuntu 24.04."""
    platform: Literal["linux/amd64", "linux/arm64"] = Field("linux/amd64", examples=["linux/arm64"])
    """What the images run on: the engine's architecture."""
    site_ca: SiteCa | None = Field(None, examples=["/etc/ssl/certs/site.pem"])
    """A PEM file of certificate authorities that builds and notebooks trust besides the public
    ones; `machine` takes those that this machine trusts besides the public ones."""
    mirrors: MirrorsSetting = Field(Mirrors(), examples=["sjtug"])
    """Where packages come from, or `sjtug` for those of Shanghai Jiao Tong University."""
    conda: Conda | None = None
    """Put conda into notebooks, at /opt/conda."""
    oh_my_zsh: OhMyZsh | None = None
    """Put oh-my-zsh into notebooks."""

    @property
    def build_arguments(self) -> dict[str, str]:
        """What any Dockerfile may ask for; each gets what it declares with ARG."""
        return {
            "SITE_CA": certificates(self.site_ca),
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
    arguments: dict[str, str]
    """Its build arguments, and those of the images that it is built on."""

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
        self.arguments = {}
        for image in parents:
            self.arguments |= image.arguments
        self.arguments |= build_args
        context = contexts.FOLDER / folder
        self.reference = f"jupyterhub-{folder}:{contexts.digest(context, build_args, platform)}"
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
        servers: Servers,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:ImageChain", name, None, opts)
        contexts.check_versions()
        # A stack's only chain, `images`, leaves its name out: such stacks exist.
        self._prefix = "" if name == "images" else f"{name}-"
        self._platform = args.platform
        self._arguments = args.build_arguments | servers.build_arguments
        self._foundation = foundation = self._build("foundation", ROOT_IMAGE=args.root)
        if args.notebook_root not in {None, args.root}:
            foundation = self._build("foundation", "notebook-", ROOT_IMAGE=args.notebook_root or "")
        base_notebook = self._build("base-notebook", FOUNDATION=foundation)
        singleuser = self._build("singleuser", BASE_NOTEBOOK=base_notebook)
        self.lab = self._build("lab", SINGLEUSER=singleuser)
        self.hub = self._on_foundation("hub")
        self.proxy = self._on_foundation("proxy")
        self.register_outputs({"lab": self.lab.reference, "hub": self.hub.reference})

    @cached_property
    def edge(self) -> Image:
        """The image in which TLS ends, built if it is asked for."""
        return self._on_foundation("edge")

    @cached_property
    def gitlab_standin(self) -> Image:
        """The demonstration GitLab, built if it is asked for."""
        return self._on_foundation("gitlab-standin")

    def _on_foundation(self, folder: str) -> Image:
        return self._build(folder, FOUNDATION=self._foundation)

    def _build(self, folder: str, prefix: str = "", **own: Image | str) -> Image:
        """Build `images/<folder>` with `own` arguments and those that its Dockerfile declares."""
        declared = contexts.declared_arguments(contexts.FOLDER / folder)
        arguments = {key: self._arguments[key] for key in declared if key in self._arguments}
        for key, value in own.items():
            arguments[key] = value.reference if isinstance(value, Image) else value
        return Image(
            f"{self._prefix}{prefix}{folder}",
            folder,
            build_args=arguments,
            platform=self._platform,
            parents=[value for value in own.values() if isinstance(value, Image)],
            opts=ResourceOptions(parent=self),
        )
