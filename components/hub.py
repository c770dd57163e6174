"""JupyterHub itself: its container, its database's volume and its keys."""

import json

from pulumi import ComponentResource, Output, ResourceOptions, RunError
from pydantic import Field

from .gitlab_login import GitLabLogin
from .images import ImageChain
from .network import Network
from .proxy import Proxy
from .random_key import random_key
from .servers import Servers
from .service import data_volume, service
from .settings import Settings, Stack
from .site import SiteArgs

FOLDER = "/etc/jupyterhub"
"""Of the hub's configuration, in its container."""
CAPABILITIES = ("CAP_KILL", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID")
"""For the entrypoint, which gives up root, and for tini, which passes signals on after that.

Named as a refresh by the official plug-in records them.
"""


class HubArgs(Settings):
    """What the hub itself may use, and how many servers it lets run."""

    memory_mib: int = Field(1024, ge=256)
    """The memory of its container, in MiB."""
    active_servers: int | None = Field(None, ge=1, examples=[20])
    """How many servers run at a time at most; default: any number."""
    idle_hours: float | None = Field(None, ge=0.25, allow_inf_nan=False, examples=[24])
    """After how many hours without activity a server is stopped; default: never. Servers report
    theirs every 5 minutes."""


class Hub(ComponentResource):
    """A hub at a fixed address, whose replacement ends no server and signs nobody out.

    The update fails if it is not healthy in time. `socket` is the engine's socket on the host.
    Raises `RunError` if `images` were built for other servers, with another account say.
    `api_token` lists people and their servers through its API, and does nothing else.
    """

    api_token: Output[str]

    def __init__(
        self,
        name: str,
        args: HubArgs,
        *,
        servers: Servers,
        stack: Stack,
        images: ImageChain,
        network: Network,
        socket: str,
        site: SiteArgs,
        login: GitLabLogin,
        proxy: Proxy,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Hub", name, None, opts)
        wanted = servers.build_arguments
        built = images.lab.arguments
        differing = [key for key in wanted if built.get(key) != wanted[key]]
        if differing:
            listed = ", ".join(f"{key}={wanted[key]}, not {built.get(key)}" for key in differing)
            msg = (
                f"{name}: its notebooks need an image with {listed}: give ImageChain the same "
                "servers, or this hub a chain of its own"
            )
            raise RunError(msg)
        data = data_volume(name, "hub", stack=stack, parent=self)
        cookie_secret = random_key(f"{name}-cookie-secret", parent=self)
        crypt_key = random_key(f"{name}-crypt-key", parent=self)
        self.api_token = random_key(f"{name}-api-token", parent=self)
        settings = {
            "site_url": f"{site.url}/",
            "hub_address": network.hub_address,
            "proxy_api_url": proxy.api_url,
            "network": stack.prefix,
            "labels": stack.labels,
            "gitlab": login.settings,
            **servers.hub_settings(stack, images.lab.reference),
            "active_servers": args.active_servers,
            "idle_hours": args.idle_hours,
        }
        service(
            name,
            "hub",
            stack=stack,
            image=images.hub,
            network=network,
            address=network.hub_address,
            memory_mib=args.memory_mib,
            capabilities=CAPABILITIES,
            parent=self,
            depends_on=[images.lab, proxy],
            envs=[
                Output.concat("GITLAB_CLIENT_ID=", login.client_id),
                Output.concat("GITLAB_CLIENT_SECRET=", Output.secret(login.client_secret)),
                Output.concat("CONFIGPROXY_AUTH_TOKEN=", proxy.token),
                Output.concat("JPY_COOKIE_SECRET=", cookie_secret),
                Output.concat("JUPYTERHUB_CRYPT_KEY=", crypt_key),
                Output.concat("LABCTL_API_TOKEN=", self.api_token),
            ],
            # A file, not the environment, so that the preview shows what changes in it.
            uploads=[
                {"file": f"{FOLDER}/settings.json", "content": json.dumps(settings, indent=2)},
                *login.uploads,
            ],
            volumes=[
                {"volume_name": data.name, "container_path": "/srv/jupyterhub"},
                {"host_path": socket, "container_path": "/var/run/docker.sock"},
            ],
        )
        self.register_outputs({})
