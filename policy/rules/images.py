"""What images are built from, and what stays in them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pulumi_policy import ResourceValidationArgs
from pydantic import TypeAdapter, ValidationError

from hubconfig.dockerfile import parents, text_of
from hubconfig.values.pinned_images import EXACT, PinnedImage
from hubpreview.secrecy import is_secret

from ..program import working_folder
from ..rule import CONTAINER, IMAGE, REMOTE_IMAGE, project_and_stack, rule

NAMED_IN = {CONTAINER: "image", IMAGE: "imageName", REMOTE_IMAGE: "name"}
ARGUMENTS_IN = {IMAGE: "args", REMOTE_IMAGE: "buildArgs"}
"""The keys of build arguments, for the types of resources that can be built."""
_pinned = TypeAdapter(PinnedImage)


@rule(*NAMED_IN)
def nothing_floats(resource: ResourceValidationArgs) -> Iterator[str]:
    """Have images, and what Dockerfiles build on, named by an exact tag or a digest.

    Another name is another image tomorrow, and no preview shows it.
    """
    kind = resource.resource_type
    named = {NAMED_IN[kind]: resource.props.get(NAMED_IN[kind])}
    if kind in ARGUMENTS_IN and (build := resource.props.get("build")) is not None:
        project, _ = project_and_stack(resource.urn)
        folder = working_folder(project)
        file = _dockerfile(kind, build)
        if not (folder / file).is_file():
            yield (
                f"{file} is no file in {folder}, so nobody sees what it builds on; give a "
                "Dockerfile"
            )
            return
        found = parents(text_of(folder / file), build.get(ARGUMENTS_IN[kind]) or {})
        named |= {f"{file}: {name}": image for name, image in found}
    for place, image in named.items():
        try:
            _pinned.validate_python(image)
        except ValidationError:
            yield (
                f"{place} is {image or 'missing'}; give {EXACT}, such as "
                "debian:trixie-20260918-slim"
            )


def _dockerfile(kind: str, build: Mapping[str, Any]) -> Path:
    """Return the path of a build's Dockerfile; a RemoteImage gives it relative to the context."""
    context = Path(build.get("remoteContext") or build.get("context") or ".")
    given = build.get("dockerfile")
    return Path(given) if given and kind == IMAGE else context / (given or "Dockerfile")


@rule(*ARGUMENTS_IN)
def no_secret_stays_in_an_image(image: ResourceValidationArgs) -> Iterator[str]:
    """Keep secrets out of build arguments.

    They stay in the image's history, for everybody who can run it.
    """
    arguments = (image.props.get("build") or {}).get(ARGUMENTS_IN[image.resource_type]) or {}
    for name, value in arguments.items():
        if is_secret(name, value or ""):
            yield f"build argument {name} holds a secret; mount it with RUN --mount=type=secret"
