"""Resources of the `docker` package, through the Docker Engine API."""

import os
from collections.abc import Iterator, Mapping

from pulumi.provider.experimental import provider as sdk

from ..errors import PluginError
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
MATERIAL = ("DOCKER_CA_MATERIAL", "DOCKER_CERT_MATERIAL", "DOCKER_KEY_MATERIAL")


class DockerPlugin(Plugin):
    """The plug-in with its settings: the engine's address and the certificates for it."""

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
        """Take address and certificates from the settings, the environment or the defaults."""
        configured = decode(request.args)
        self.engine.host = configured.get("host") or os.environ.get("DOCKER_HOST") or DEFAULT_HOST
        self.engine.cert_path = configured.get("certPath") or os.environ.get("DOCKER_CERT_PATH")
        for fault in self.faults():
            raise PluginError(fault)
        return await super().configure(request)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the environment and the settings on the engine's address.

        With DOCKER_CONTEXT, the official plug-in goes to another engine if it finds that context,
        and otherwise fails.
        """
        if context := os.environ.get("DOCKER_CONTEXT"):
            yield (
                f"DOCKER_CONTEXT is {context}, which the official plug-in takes in place of its "
                "host: unset it"
            )
        for name in filter(os.environ.get, MATERIAL):
            yield f"{name} is set, and the offline plug-in takes certPath only: unset it"
        if self.engine.cert_path and not self.engine.host.startswith("tcp://"):
            yield (
                f"certPath, or DOCKER_CERT_PATH, is {self.engine.cert_path}, but TLS is for tcp:// "
                f"only, and host is {self.engine.host}: remove one of them"
            )


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
