"""Images that are built."""

import os
import platform
from pathlib import Path

from ..errors import PluginError
from ..handler import Call, Handler
from ..values import UNKNOWN, Values
from .build import build
from .context_digest import context_digest
from .engine import Engine

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""The names of architectures in Go, which platforms use, by their names in Python."""


class Image(Handler):
    """An image built from a folder; its id is its name. It is never removed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def check(self, inputs: Values) -> None:
        """Fill in the build's defaults and the digest of what it is made from.

        Paths are relative to the folder in which the Pulumi program runs.
        """
        inputs["buildOnPreview"] = inputs.get("buildOnPreview", False)
        if inputs["buildOnPreview"] is True:
            msg = "buildOnPreview is covered by the official plug-in only; unset it"
            raise PluginError(msg)
        if inputs.get("skipPush") is not True:
            msg = (
                "pushing to a registry is covered by the official plug-in only; "
                "set skipPush to true"
            )
            raise PluginError(msg)
        build_inputs = inputs.setdefault("build", {})
        if build_inputs == UNKNOWN:
            return
        context = build_inputs.setdefault("context", ".")
        dockerfile = build_inputs.setdefault("dockerfile", str(Path(context, "Dockerfile")))
        machine = platform.machine()
        default = f"linux/{ARCHITECTURES.get(machine, machine)}"
        build_inputs.setdefault("platform", default)
        if UNKNOWN not in (context, dockerfile):
            build_inputs["contextDigest"] = context_digest(Path(context), Path(dockerfile))

    def create(self, call: Call, inputs: Values) -> tuple[str, Values]:  # noqa: D102
        return inputs["imageName"], self.built(call, inputs)

    def update(self, call: Call, resource_id: str, olds: Values, news: Values) -> Values:  # noqa: ARG002, D102
        return self.built(call, news)

    def built(self, call: Call, inputs: Values) -> Values:
        """Build the image; return its outputs."""
        name, recipe = inputs["imageName"], inputs["build"]
        build(self.engine.environment, call, name, recipe)
        with self.engine.explained(f"cannot look at image {name}"):
            image = self.engine.api.inspect_image(name)
        context = Path(recipe["context"]).resolve()
        return {
            "__inputs": inputs,
            "baseImageName": name,
            "context": recipe["context"],
            "dockerfile": os.path.relpath(Path(recipe["dockerfile"]).resolve(), context),
            "imageName": name,
            "platform": recipe["platform"],
            "registryServer": "",
            "repoDigest": image["Id"],
        }

    def read(  # noqa: D102
        self,
        call: Call,  # noqa: ARG002
        resource_id: str,  # noqa: ARG002
        inputs: Values,
        outputs: Values,
    ) -> tuple[Values, Values]:
        return inputs, outputs

    def delete(self, call: Call, resource_id: str, outputs: Values) -> None:
        """Leave the image to other stacks and to the engine's own clean-up."""
