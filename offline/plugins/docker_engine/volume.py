"""Volumes."""

from ..contract import completed
from ..errors import PluginError
from ..handler import Call, Handler
from ..values import Values
from .engine import Engine, label_list, label_map

TYPE = "docker:index/volume:Volume"


class Volume(Handler):
    """A volume; its id is its name."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def create(self, call: Call, inputs: Values) -> tuple[str, Values]:  # noqa: D102
        name = inputs["name"]
        with self.engine.explained(f"cannot create volume {name}"):
            self.engine.api.create_volume(
                name,
                driver=inputs.get("driver"),
                driver_opts=inputs.get("driverOpts"),
                labels=label_map(inputs.get("labels", [])),
            )
        found = self.read(call, name, inputs, {})
        if found is None:
            msg = f"volume {name} is gone right after its creation; run again"
            raise PluginError(msg)
        _, outputs = found
        return name, outputs

    def read(  # noqa: D102
        self,
        call: Call,  # noqa: ARG002
        resource_id: str,
        inputs: Values,
        outputs: Values,  # noqa: ARG002
    ) -> tuple[Values, Values] | None:
        what = f"cannot look at volume {resource_id}"
        volume = self.engine.found(what, lambda: self.engine.api.inspect_volume(resource_id))
        if volume is None:
            return None
        return inputs, completed(TYPE, inputs) | {
            "driver": volume["Driver"],
            "driverOpts": volume["Options"] or None,
            "id": volume["Name"],
            "labels": label_list(volume["Labels"]),
            "mountpoint": volume["Mountpoint"],
            "name": volume["Name"],
        }

    def delete(self, call: Call, resource_id: str, outputs: Values) -> None:  # noqa: ARG002, D102
        what = f"cannot remove volume {resource_id}"
        self.engine.found(what, lambda: self.engine.api.remove_volume(resource_id))
