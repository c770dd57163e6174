"""Containers."""

from functools import partial
from typing import Any

from ..errors import InitFailedError, PluginError
from ..handler import Call, Handler
from ..values import Values
from .container_parts import endpoint, upload_archives
from .container_spec import container_config, update_config
from .container_start import LOG_LINES, wait_until_up
from .container_state import inputs_of, outputs_of
from .engine import Engine
from .pull import pull_missing


class Container(Handler):
    """A container; its id is the engine's."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def create(self, call: Call, inputs: Values) -> tuple[str, Values]:  # noqa: D102
        config = container_config(inputs)
        archives = list(upload_archives(inputs.get("uploads", [])))
        pull_missing(self.engine, call, inputs["image"], inputs.get("platform"))
        with self.engine.explained(f"cannot create container {inputs['name']}"):
            create = self.engine.api.create_container_from_config
            container_id: str = create(config, inputs["name"], inputs.get("platform"))["Id"]
        try:
            self.connect(container_id, inputs)
            for path, archive in archives:
                with self.engine.explained(f"cannot upload {path}"):
                    self.engine.api.put_archive(container_id, "/", archive)
            if inputs["start"]:
                self.start(call, container_id, inputs)
        except PluginError as error:
            found = self.inspect(container_id)
            if found is None:  # removed by `rm`, or by somebody else
                raise
            outputs = outputs_of(found, inputs)
            raise InitFailedError(str(error), container_id, outputs) from error
        return container_id, outputs_of(self.existing(container_id), inputs)

    def connect(self, container_id: str, inputs: Values) -> None:
        """Join the networks of `networksAdvanced`, which take the place of the default bridge."""
        networks = inputs.get("networksAdvanced", [])
        api = self.engine.api
        if networks and inputs["networkMode"] == "bridge":
            with self.engine.explained("cannot leave the default bridge"):
                api.disconnect_container_from_network(container_id, "bridge")
        for block in networks:
            with self.engine.explained(f"cannot connect to network {block['name']}"):
                url = api._url("/networks/{0}/connect", block["name"])
                body = {"Container": container_id, "EndpointConfig": endpoint(block)}
                api._raise_for_status(api._post_json(url, body))

    def start(self, call: Call, container_id: str, inputs: Values) -> None:
        """Start the container; return when it runs as `inputs` say."""
        with self.engine.explained("cannot start"):
            self.engine.api.start(container_id)
        if inputs["mustRun"] or inputs.get("wait"):
            look, log = partial(self.existing, container_id), partial(self.log, container_id)
            wait_until_up(call, inputs, look, log)

    def log(self, container_id: str) -> str:
        """Return the last `LOG_LINES` lines of the container's log."""
        with self.engine.explained("cannot read its log"):
            raw: bytes = self.engine.api.logs(container_id, tail=LOG_LINES)
        return raw.decode(errors="replace").strip()

    def read(  # noqa: D102
        self,
        call: Call,  # noqa: ARG002
        resource_id: str,
        inputs: Values,
        outputs: Values,  # noqa: ARG002
    ) -> tuple[Values, Values] | None:
        found = self.inspect(resource_id)
        if found is None:
            return None
        actual = inputs_of(found, inputs)
        return actual, outputs_of(found, actual)

    def update(self, call: Call, resource_id: str, olds: Values, news: Values) -> Values:
        """Set limits and restart policy, and start a stopped container that must run.

        Changes of other inputs that replace nothing are only recorded, as in the official plug-in.
        """
        with self.engine.explained("cannot update"):
            api: Any = self.engine.api
            url = api._url("/containers/{0}/update", resource_id)
            api._raise_for_status(api._post_json(url, update_config(news)))
        if news["mustRun"] and news["start"] and not olds.get("mustRun"):
            self.start(call, resource_id, news)
        return outputs_of(self.existing(resource_id), news)

    def delete(self, call: Call, resource_id: str, outputs: Values) -> None:  # noqa: ARG002
        """Stop the container, killing it after `destroyGraceSeconds`, and remove it.

        Its anonymous volumes are removed with it, unless `removeVolumes` is false.
        """
        grace = outputs.get("destroyGraceSeconds") or 0
        api = self.engine.api
        self.engine.found("cannot stop", lambda: api.stop(resource_id, timeout=grace))
        volumes = outputs.get("removeVolumes", True)
        remove = api.remove_container
        self.engine.found("cannot remove", lambda: remove(resource_id, v=volumes, force=True))

    def inspect(self, container_id: str) -> Values | None:
        """Return what the engine knows of the container, or None if it is gone."""
        look = self.engine.api.inspect_container
        return self.engine.found(f"cannot look at container {container_id}", look, container_id)

    def existing(self, container_id: str) -> Values:
        """Return what the engine knows of the container; raise `PluginError` if it is gone."""
        found = self.inspect(container_id)
        if found is None:
            msg = f"container {container_id} is gone; run again with --refresh"
            raise PluginError(msg)
        return found
