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

    `token` is what the hub controls it with, at `api_url`. Only the network reaches it, at `url`,
    where it is `behind_edge`; else it is published on the host.
    """

    token: Output[str]
    api_url: str
    url: str

    def __init__(
        self,
        name: str,
        site: SiteArgs,
        *,
        stack: Stack,
        image: Image,
        network: Network,
        behind_edge: bool = False,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Proxy", name, None, opts)
        self.token = random_key(f"{name}-token", parent=self)
        service(
            name,
            "proxy",
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
                # The edge has said who came, and by https; the proxy would add itself and http.
                *(["--no-x-forward"] if behind_edge else []),
            ],
            envs=[Output.concat("CONFIGPROXY_AUTH_TOKEN=", self.token)],
            ports=[] if behind_edge else [site.published(8000)],
        )
        self.url = "http://proxy:8000"
        self.api_url = "http://proxy:8001"
        self.register_outputs({"api_url": self.api_url})
