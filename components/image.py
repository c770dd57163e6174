"""An image, built from a folder under `images/`."""

from collections.abc import Mapping, Sequence

import pulumi_docker as docker
from pulumi import ComponentResource, ResourceOptions

from . import contexts


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
        folder: str,
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
        context = contexts.FOLDER / folder
        self.reference = f"jupyterhub-{folder}:{contexts.digest(context, build_args, platform)}"
        docker.Image(
            f"{name}-build",
            image_name=self.reference,
            skip_push=True,
            build=docker.DockerBuildArgs(
                context=str(context),
                dockerfile=str(context / "Dockerfile"),
                # Docker's own arguments, which leave nothing in an image, its history or its tag.
                args={**build_args, **proxied},
                platform=platform,
                builder_version=docker.BuilderVersion.BUILDER_BUILD_KIT,
            ),
            opts=ResourceOptions(parent=self, depends_on=parents),
        )
        self.register_outputs({"reference": self.reference})
