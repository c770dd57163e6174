"""configurable-http-proxy, through which people reach the hub and their servers."""

from pulumi import ComponentResource, Output, ResourceOptions

from hubconfig.sections.site import SiteArgs
from hubconfig.stack import Stack

from .image import Image
from .network import Network
from .random_key import random_key
from .service import published, service

MEMORY_MIB = 256
API_PORT = 8001
ELSEWHERE = "/hub/elsewhere"
"""The hub's path for requests by a name that is not its own: images/hub/domains_config.py."""


class Proxy(ComponentResource):
    """A proxy that keeps running, with people's connections, while the hub is replaced.

    The hub controls it at `api_url` with `token`. With `behind_edge`, it is reached on the stack's
    network only, at `url`; otherwise it is also published on the host. Where people's servers have
    host names of their own, it goes by these, and the hub gets what is for its own name alone.
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
        network: Network,
        image: Image,
        behind_edge: bool = False,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Proxy", name, None, opts)
        self.token = random_key(f"{name}-token", parent=self)
        hub_url = network.hub_url
        # The hub asks for the route of its own name; what is for another, it leads to that name.
        elsewhere = f"{hub_url}{ELSEWHERE}" if site.domain else hub_url
        service(
            name,
            "proxy",
            stack=stack,
            network=network,
            image=image,
            address=network.proxy_address,
            memory_mib=MEMORY_MIB,
            parent=self,
            command=[
                "--ip=0.0.0.0",
                "--port=8000",
                "--api-ip=0.0.0.0",
                f"--api-port={API_PORT}",
                f"--default-target={elsewhere}",
                f"--error-target={hub_url}/hub/error",
                # The edge sets X-Forwarded-* to the client and https; the proxy would add http.
                *(["--no-x-forward"] if behind_edge else []),
                *(["--host-routing"] if site.domain else []),
            ],
            envs=[Output.concat("CONFIGPROXY_AUTH_TOKEN=", self.token)],
            ports=[] if behind_edge else [published(site, 8000)],
        )
        self.url = "http://proxy:8000"
        self.api_url = f"http://proxy:{API_PORT}"
        self.register_outputs({"api_url": self.api_url})
