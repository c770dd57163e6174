"""The images, each built from the folder of its name under `images/`."""

import hashlib
import json
from pathlib import Path

import pulumi_docker as docker
from pulumi import ComponentResource, ResourceOptions
from pydantic import field_validator

from . import site_ca
from .notebook import NotebookArgs
from .settings import Settings

CONTEXTS = Path("images")
"""Relative to the program: an absolute path would differ between two checkouts."""


class ImagesArgs(Settings):
    """What images are built from."""

    root: str = "debian:trixie-20260918-slim"
    """The image under all others: an exact tag or a digest."""
    platform: str = "linux/amd64"
    site_ca: str | None = None
    """A PEM file of certificate authorities that builds and notebooks trust besides the public
    ones; `machine` takes those that this machine trusts besides the public ones."""

    @field_validator("root")
    @classmethod
    def _pinned(cls, root: str) -> str:
        tag = root.rsplit("/", 1)[-1].partition(":")[2]
        if tag in {"", "latest"}:
            msg = "it floats: give an exact tag or a digest, such as debian:trixie-20260918-slim"
            raise ValueError(msg)
        return root


class Image(ComponentResource):
    """An image whose tag is a digest of all that it is made from.

    A change of a file, a build argument or a parent image gives another `reference`, which the
    preview shows wherever it is used; nothing else does, whatever directory the program runs in.
    """

    reference: str

    def __init__(
        self,
        name: str,
        *,
        build_args: dict[str, str],
        platform: str,
        parents: list["Image"],
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Image", name, None, opts)
        context = CONTEXTS / name
        self.reference = f"jupyterhub-{name}:{_digest(context, build_args, platform)}"
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
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:ImageChain", name, None, opts)
        self._platform = args.platform
        self._foundation = self._build(
            "foundation", ROOT_IMAGE=args.root, SITE_CA=site_ca.certificates(args.site_ca)
        )
        base_notebook = self.on_foundation(
            "base-notebook",
            NB_USER=notebook.user,
            NB_UID=str(notebook.uid),
            NB_GID=str(notebook.gid),
        )
        singleuser = self._build("singleuser", BASE_NOTEBOOK=base_notebook)
        self.lab = self._build("lab", SINGLEUSER=singleuser)
        self.hub = self.on_foundation("hub")
        self.proxy = self.on_foundation("proxy")
        self.register_outputs({"lab": self.lab.reference, "hub": self.hub.reference})

    def on_foundation(self, folder: str, **build_args: str) -> Image:
        """Build `images/<folder>` on the image that all others share."""
        return self._build(folder, FOUNDATION=self._foundation, **build_args)

    def _build(self, folder: str, **build_args: "Image | str") -> Image:
        parents = [value for value in build_args.values() if isinstance(value, Image)]
        return Image(
            folder,
            build_args={
                key: value.reference if isinstance(value, Image) else value
                for key, value in build_args.items()
            },
            platform=self._platform,
            parents=parents,
            opts=ResourceOptions(parent=self),
        )


def _digest(context: Path, build_args: dict[str, str], platform: str) -> str:
    """Digest a build context and its arguments; a parent counts through its reference."""
    digest = hashlib.sha256(json.dumps([build_args, platform], sort_keys=True).encode())
    for file in sorted(context.rglob("*")):
        if file.is_file():
            # Git keeps no more of a file's mode than whether it can be executed.
            executable = bool(file.stat().st_mode & 0o100)
            digest.update(f"\0{file.relative_to(context).as_posix()}\0{executable}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
