"""An image, built from a folder with a Dockerfile, its own or another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi_docker as docker
from pulumi import ComponentResource, ResourceOptions

from . import contexts


@dataclass(frozen=True)
class Recipe:
    """What an image is called, and its build context and Dockerfile, which need not be in that."""

    name: str
    context: Path
    dockerfile: Path

    @classmethod
    def of(cls, name: str, context: Path) -> "Recipe":
        """Return the recipe of a context with a Dockerfile of its own."""
        return cls(name, context, context / "Dockerfile")


class Image(ComponentResource):
    """An image whose tag is a digest of everything that it is made from.

    A change of a file, a build argument or a parent image gives another `reference`, which the
    preview shows wherever it is used. Nothing else changes it, not even the program's directory.
    """

    reference: str
    arguments: dict[str, str]
    """The build arguments of the image and of the images that it is built on."""

    def __init__(
        self,
        name: str,
        recipe: Recipe,
        *,
        build_args: Mapping[str, str],
        platform: str,
        proxied: Mapping[str, str],
        parents: Sequence["Image"],
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Image", name, None, opts)
        self.arguments = {}
        for image in parents:
            self.arguments |= image.arguments
        self.arguments |= build_args
        digest = contexts.digest(recipe.context, build_args, platform, dockerfile=recipe.dockerfile)
        self.reference = f"jupyterhub-{recipe.name}:{digest}"
        docker.Image(
            f"{name}-build",
            image_name=self.reference,
            skip_push=True,
            build=docker.DockerBuildArgs(
                context=str(recipe.context),
                dockerfile=str(recipe.dockerfile),
                # Docker's own arguments, which leave nothing in an image, its history or its tag.
                args={**build_args, **proxied},
                platform=platform,
                builder_version=docker.BuilderVersion.BUILDER_BUILD_KIT,
            ),
            opts=ResourceOptions(parent=self, depends_on=parents),
        )
        self.register_outputs({"reference": self.reference})
