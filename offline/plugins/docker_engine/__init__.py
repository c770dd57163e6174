"""Resources of the `docker` package, through the Docker Engine API."""

import os
from collections.abc import Mapping

from pulumi.provider.experimental import provider as sdk

from ..handler import Handler
from ..plugin import Plugin
from ..values import UNKNOWN, decode
from .container import Container
from .engine import DEFAULT_HOST, Engine
from .image import Image
from .network import Network
from .remote_image import RemoteImage
from .volume import Volume

SCHEMES = ("unix://", "tcp://", "ssh://")


class DockerPlugin(Plugin):
    """The plug-in with its settings, where the engine is and what it takes."""

    def __init__(self, engine: Engine, handlers: Mapping[str, Handler]) -> None:
        super().__init__("docker", handlers, {"host", "certPath"})
        self.engine = engine

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """Refuse settings that would be ignored, and hosts that cannot be reached."""
        response = await super().check_config(request)
        host = decode(request.new_inputs).get("host", UNKNOWN)
        if host != UNKNOWN and not host.startswith(SCHEMES):
            reason = f"docker:host is {host!r}; it must start with one of {', '.join(SCHEMES)}"
            response.failures = [*(response.failures or ()), sdk.CheckFailure("host", reason)]
        return response

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        """Take the host from the settings, `DOCKER_HOST` or the engine's default."""
        configured = decode(request.args)
        self.engine.host = configured.get("host") or os.environ.get("DOCKER_HOST") or DEFAULT_HOST
        if self.engine.host.startswith("tcp://"):
            self.engine.cert_path = configured.get("certPath") or os.environ.get("DOCKER_CERT_PATH")
        return await super().configure(request)


def create() -> Plugin:
    """Return the plug-in."""
    engine = Engine()
    return DockerPlugin(
        engine,
        {
            "docker:index/container:Container": Container(engine),
            "docker:index/image:Image": Image(engine),
            "docker:index/network:Network": Network(engine),
            "docker:index/remoteImage:RemoteImage": RemoteImage(engine),
            "docker:index/volume:Volume": Volume(engine),
        },
    )
