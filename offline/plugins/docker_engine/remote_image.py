"""Images of registries."""

from ..contract import completed
from ..errors import PluginError
from ..handler import Call, Handler
from ..values import Values
from .engine import Engine
from .pull import pull_missing

TYPE = "docker:index/remoteImage:RemoteImage"


class RemoteImage(Handler):
    """An image of a registry, pulled unless the engine has it; its id is digest plus name."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def create(self, call: Call, inputs: Values) -> tuple[str, Values]:  # noqa: D102
        name = inputs["name"]
        pull_missing(self.engine, call, name, inputs.get("platform"))
        found = self.read(call, name, inputs, {})
        if found is None:
            msg = f"image {name} is gone right after its pull; run again"
            raise PluginError(msg)
        _, outputs = found
        return outputs["id"], outputs

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
        return inputs, completed(TYPE, inputs) | {
            "id": image["Id"] + name,
            "imageId": image["Id"],
            "repoDigest": next(iter(image["RepoDigests"] or []), ""),
        }

    def update(self, call: Call, resource_id: str, olds: Values, news: Values) -> Values:  # noqa: D102
        found = self.read(call, resource_id, news, olds)
        if found is None:
            msg = f"image {news['name']} is gone; run again with --refresh"
            raise PluginError(msg)
        _, outputs = found
        return outputs

    def delete(self, call: Call, resource_id: str, outputs: Values) -> None:  # noqa: ARG002
        """Remove the image from the engine, unless `keepLocally` is set."""
        name, force = outputs["name"], bool(outputs.get("forceRemove"))
        if not outputs.get("keepLocally"):
            remove = self.engine.api.remove_image
            self.engine.found(f"cannot remove image {name}", lambda: remove(name, force=force))
