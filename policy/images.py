"""What images are built from, and what stays in them."""

from collections.abc import Iterator
from pathlib import Path

from pulumi_policy import ResourceValidationArgs
from pydantic import TypeAdapter, ValidationError

from components.sources import EXACT, PinnedImage
from labctl.secrecy import is_secret

from .dockerfile import parents
from .rules import CONTAINER, IMAGE, REMOTE_IMAGE, rule

NAMED_IN = {CONTAINER: "image", IMAGE: "imageName", REMOTE_IMAGE: "name"}
_pinned = TypeAdapter(PinnedImage)


@rule(*NAMED_IN)
def nothing_floats(resource: ResourceValidationArgs) -> Iterator[str]:
    """Have images, and what Dockerfiles build on, named by an exact tag or a digest.

    Another name is another image tomorrow, and no preview shows it.
    """
    key = NAMED_IN[resource.resource_type]
    named = {key: resource.props.get(key)}
    if resource.resource_type == IMAGE and (build := resource.props.get("build")) is not None:
        file = Path(build.get("dockerfile") or Path(build.get("context") or ".", "Dockerfile"))
        if not file.is_file():
            yield f"{file} is no file here, so nobody sees what it builds on; give a Dockerfile"
            return
        found = parents(file.read_text(), build.get("args") or {})
        named |= {f"{file}: {name}": image for name, image in found}
    for place, image in named.items():
        try:
            _pinned.validate_python(image)
        except ValidationError:
            yield (
                f"{place} is {image or 'missing'}; give {EXACT}, such as "
                "debian:trixie-20260918-slim"
            )


@rule(IMAGE)
def no_secret_stays_in_an_image(image: ResourceValidationArgs) -> Iterator[str]:
    """Keep secrets out of build arguments.

    They stay in the image's history, for everybody who can run it.
    """
    for name, value in ((image.props.get("build") or {}).get("args") or {}).items():
        if is_secret(name, value or ""):
            yield f"build argument {name} holds a secret; mount it with RUN --mount=type=secret"
