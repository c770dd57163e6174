"""JupyterHub itself: its container, its database's volume and its keys."""

import json

import pulumi_docker as docker
from pulumi import ComponentResource, Output, ResourceOptions, RunError

from hubconfig.sections.docker import DockerArgs
from hubconfig.sections.gitlab import GitLabArgs
from hubconfig.sections.hub import HubArgs
from hubconfig.sections.site import SiteArgs
from hubconfig.servers import Servers
from hubconfig.stack import Stack

from . import build_arguments, containers
from .announcement import Announcement
from .docker_gate import DockerGate, engines_socket
from .firewall import Firewall
from .gitlab_login import GitLabLogin
from .hub_settings import hub_settings, uploads
from .image_chain import ImageChain
from .network import Network
from .proxy import Proxy
from .random_key import random_key
from .service import data_volume, service

CAPABILITIES = ("CAP_KILL", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID")
"""The capabilities that the entrypoint needs to give up root, and that tini needs then to pass on
signals. They are named as the official plug-in records them in a refresh."""


class Hub(ComponentResource):
    """A hub at a fixed address. Replacing it ends no server and signs nobody out.

    The update fails if the hub is not healthy in time. `api_token` is labctl's. Raises `RunError`
    if `images` were built for other servers, such as ones with another account.
    """

    api_token: Output[str]

    def __init__(
        self,
        name: str,
        args: HubArgs,
        *,
        servers: Servers,
        images: ImageChain,
        engine: DockerArgs,
        site: SiteArgs,
        gitlab: GitLabArgs,
        login: GitLabLogin,
        proxy: Proxy,
        firewall: Firewall,
        stack: Stack,
        network: Network,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:Hub", name, None, opts)
        _refuse_other_images(name, images, servers)
        data = data_volume(name, "hub", stack=stack, parent=self)
        cookie_secret = random_key(f"{name}-cookie-secret", parent=self)
        crypt_key = random_key(f"{name}-crypt-key", parent=self)
        self.api_token = random_key(f"{name}-api-token", parent=self)
        environments = images.of(servers)
        references = {each: image.reference for each, image in environments.items()}
        settings = hub_settings(
            args,
            stack=stack,
            site=site,
            gitlab=gitlab,
            servers=servers,
            hub_address=network.hub_address,
            addresses=network.dynamic_range,
            proxy_api_url=proxy.api_url,
            proxy_address=network.proxy_address,
        )
        if args.announcement:
            Announcement(
                f"{name}-announcement",
                args.announcement,
                stack=stack,
                opts=ResourceOptions(parent=self),
            )
        gate = None
        if engine.access == "guarded":
            gate = DockerGate(
                f"{name}-docker-gate",
                socket=engine.socket,
                servers=servers,
                behind_firewall=bool(firewall.guards),
                network=network,
                images=references,
                image=images.docker_gate,
                stack=stack,
                # Until all images are there, the gate lets through what the hub asks for now.
                opts=ResourceOptions(parent=self, depends_on=[*environments.values()]),
            )
        service(
            name,
            "hub",
            stack=stack,
            network=network,
            image=images.hub,
            address=network.hub_address,
            memory_mib=args.memory_mib,
            capabilities=CAPABILITIES,
            parent=self,
            depends_on=[*environments.values(), proxy, *firewall.guards, *([gate] if gate else [])],
            envs=[
                Output.concat("GITLAB_CLIENT_ID=", login.client_id),
                Output.concat("GITLAB_CLIENT_SECRET=", Output.secret(login.client_secret)),
                Output.concat("CONFIGPROXY_AUTH_TOKEN=", proxy.token),
                Output.concat("JPY_COOKIE_SECRET=", cookie_secret),
                Output.concat("JUPYTERHUB_CRYPT_KEY=", crypt_key),
                Output.concat("LABCTL_API_TOKEN=", self.api_token),
                *(f"{name}={value}" for name, value in sorted(servers.proxied.items())),
                *_secrets(servers),
            ],
            uploads=uploads(
                args,
                gitlab,
                {
                    "settings.json": settings,
                    "containers.json": containers.of_stack(servers, stack, references),
                },
            ),
            volumes=[
                docker.ContainerVolumeArgs(volume_name=data.name, container_path="/srv/jupyterhub"),
                gate.mount if gate else engines_socket(engine.socket),
            ],
        )
        self.register_outputs({})


def _secrets(servers: Servers) -> list[Output[str]]:
    """Return the variable with those of servers whose values are secrets, if there are any."""
    values = {name: value.get_secret_value() for name, value in sorted(servers.secrets.items())}
    return [Output.secret(f"NOTEBOOK_SECRETS={json.dumps(values)}")] if values else []


def _refuse_other_images(name: str, images: ImageChain, servers: Servers) -> None:
    wanted, built = build_arguments.of_servers(servers), images.lab.arguments
    differing = [key for key in wanted if built.get(key) != wanted[key]]
    if differing:
        listed = ", ".join(f"{key}={wanted[key]}, not {built.get(key)}" for key in differing)
        msg = (
            f"{name}: its notebooks need an image with {listed}: give ImageChain the same "
            "servers, or this hub a chain of its own"
        )
        raise RunError(msg)
