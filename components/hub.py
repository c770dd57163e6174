"""JupyterHub itself: its container, its database's volume and its keys."""

import json

import pulumi_docker as docker
from pulumi import ComponentResource, Output, ResourceOptions

from .gitlab_login import GitLabLogin
from .gpus import GpuArgs
from .images import Image
from .network import Network
from .notebook import NotebookArgs
from .proxy import Proxy
from .random_key import random_key
from .service import service
from .settings import Stack
from .site import SiteArgs

FOLDER = "/etc/jupyterhub"
"""Of the hub's configuration, in its container."""
MEMORY_MIB = 1024
CAPABILITIES = ("KILL", "SETGID", "SETPCAP", "SETUID")
"""For the entrypoint, which gives up root, and for tini, which passes signals on after that."""


class Hub(ComponentResource):
    """A hub at a fixed address, whose replacement ends no server and signs nobody out.

    The update fails if it is not healthy in time. `socket` is the engine's socket on the host.
    """

    def __init__(
        self,
        name: str,
        notebook: NotebookArgs,
        gpus: GpuArgs,
        *,
        stack: Stack,
        image: Image,
        notebook_image: Image,
        network: Network,
        socket: str,
        site: SiteArgs,
        login: GitLabLogin,
        proxy: Proxy,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Hub", name, None, opts)
        child = ResourceOptions(parent=self)
        data = docker.Volume(
            f"{name}-data",
            name=f"{stack.prefix}-{name}-data",
            labels=stack.docker_labels,
            opts=child,
        )
        cookie_secret = random_key(f"{name}-cookie-secret", parent=self)
        crypt_key = random_key(f"{name}-crypt-key", parent=self)
        settings = {
            "site_url": f"{site.url}/",
            "hub_address": network.hub_address,
            "proxy_api_url": proxy.api_url,
            "network": stack.prefix,
            "labels": stack.labels,
            "gitlab": login.settings,
            "notebook": {"image": notebook_image.reference, **notebook.hub_settings(stack)},
            "gpus": gpus.model_dump(),
        }
        service(
            name,
            stack=stack,
            image=image,
            network=network,
            address=network.hub_address,
            memory_mib=MEMORY_MIB,
            capabilities=CAPABILITIES,
            parent=self,
            depends_on=[notebook_image, proxy],
            envs=[
                Output.concat("GITLAB_CLIENT_ID=", login.client_id),
                Output.concat("GITLAB_CLIENT_SECRET=", Output.secret(login.client_secret)),
                Output.concat("CONFIGPROXY_AUTH_TOKEN=", proxy.token),
                Output.concat("JPY_COOKIE_SECRET=", cookie_secret),
                Output.concat("JUPYTERHUB_CRYPT_KEY=", crypt_key),
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
