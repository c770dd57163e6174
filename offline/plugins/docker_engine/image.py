"""Images: built from a folder, or expected on the engine."""

import json
import os
import platform
from pathlib import Path

from ..contract import completed
from ..errors import PluginError
from ..handler import Call, Handler
from ..values import UNKNOWN, Values
from .build import build
from .context_digest import context_digest
from .engine import Engine

REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""Go's names, which platforms are written in, of Python's."""


class Image(Handler):
    """An image built from a folder; its id is its name. It is never removed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def check(self, inputs: Values) -> None:
        """Fill in the build's defaults and the digest of what it is made from.

        Paths are relative to the folder the Pulumi program runs in.
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


class RemoteImage(Handler):
    """An image of a registry, pulled unless the engine has it; its id is digest and name."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def create(self, call: Call, inputs: Values) -> tuple[str, Values]:  # noqa: D102
        name = inputs["name"]
        pull_missing(self.engine, call, name, inputs.get("platform"))
        found = self.read(call, name, inputs, {})
        if found is None:
            msg = f"image {name} is gone right after its pull; run again"
            raise PluginError(msg)
        return found[1]["id"], found[1]

    def read(  # noqa: D102
        self,
        call: Call,  # noqa: ARG002
        resource_id: str,  # noqa: ARG002
        inputs: Values,
        outputs: Values,  # noqa: ARG002
    ) -> tuple[Values, Values] | None:
        name = inputs["name"]
        what = f"cannot look at image {name}"
        image = self.engine.found(what, lambda: self.engine.api.inspect_image(name))
        if image is None:
            return None
        return inputs, completed(REMOTE_IMAGE, inputs) | {
            "id": image["Id"] + name,
            "imageId": image["Id"],
            "repoDigest": next(iter(image["RepoDigests"] or []), ""),
        }

    def update(self, call: Call, resource_id: str, olds: Values, news: Values) -> Values:  # noqa: D102
        found = self.read(call, resource_id, news, olds)
        if found is None:
            msg = f"image {news['name']} is gone; run again with --refresh"
            raise PluginError(msg)
        return found[1]

    def delete(self, call: Call, resource_id: str, outputs: Values) -> None:  # noqa: ARG002
        """Remove it from the engine, unless `keepLocally`."""
        name, force = outputs["name"], bool(outputs.get("forceRemove"))
        if not outputs.get("keepLocally"):
            remove = self.engine.api.remove_image
            self.engine.found(f"cannot remove image {name}", lambda: remove(name, force=force))


def pull_missing(engine: Engine, call: Call, name: str, wanted: str | None) -> None:
    """Pull image `name` for the platform `wanted` unless the engine has it."""
    if engine.found(f"cannot look at image {name}", lambda: engine.api.inspect_image(name)):
        return
    with engine.explained(
        f"image {name} is not on the engine and cannot be pulled; build or load it first"
    ):
        repository, tag = split_name(name)
        for event in engine.api.pull(repository, tag, stream=True, platform=wanted):
            for line in map(json.loads, event.splitlines()):
                if "error" in line:
                    msg = (
                        f"image {name} is not on the engine and cannot be pulled: "
                        f"{line['error']}; build or load it first, or check the registry's name"
                    )
                    raise PluginError(msg)
                call.log(line.get("status", ""), passing=True)


def split_name(name: str) -> tuple[str, str | None]:
    """Return the repository, and the tag of which `latest` is the default."""
    if "@" in name or name.startswith("sha256:"):
        return name, None
    head, colon, tag = name.rpartition(":")
    return (head, tag) if colon and "/" not in tag else (name, "latest")
