"""configurable-http-proxy: the one door to the hub and to everybody's server."""

from pulumi import ComponentResource, Output, ResourceOptions

from .images import Image
from .network import Network
from .random_key import random_key
from .service import service
from .settings import Stack
from .site import SiteArgs

MEMORY_MIB = 256


class Proxy(ComponentResource):
    """Keeps running, and people's connections with it, while the hub is replaced.

    `token` is what the hub controls it with, at `api_url`.
    """

    token: Output[str]
    api_url: str

    def __init__(
        self,
        name: str,
        site: SiteArgs,
        *,
        stack: Stack,
        image: Image,
        network: Network,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Proxy", name, None, opts)
        self.token = random_key(f"{name}-token", parent=self)
        service(
            name,
            stack=stack,
            image=image,
            network=network,
            address=network.proxy_address,
            memory_mib=MEMORY_MIB,
            parent=self,
            command=[
                "--ip=0.0.0.0",
                "--port=8000",
                "--api-ip=0.0.0.0",
                "--api-port=8001",
                f"--default-target={network.hub_url}",
                f"--error-target={network.hub_url}/hub/error",
            ],
            envs=[Output.concat("CONFIGPROXY_AUTH_TOKEN=", self.token)],
            ports=[{"internal": 8000, "external": site.port, "ip": str(site.bind_address)}],
        )
        self.api_url = f"http://{name}:8001"
        self.register_outputs({"api_url": self.api_url})
