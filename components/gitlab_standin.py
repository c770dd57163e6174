"""A small GitLab look-alike for `dev` and for tests."""

import pulumi_docker as docker
from pulumi import ComponentResource, Output, ResourceOptions, RunError

from .gitlab_settings import GitLabArgs
from .images import Image
from .network import Network
from .random_key import random_key
from .service import service
from .settings import Stack
from .site import is_loopback, port_of

MEMORY_MIB = 256


class GitLabStandin(ComponentResource):
    """Enough of GitLab's API and OAuth for the GitLab provider and the real authenticator.

    People sign in to it without a password, so it refuses an address outside loopback.
    `admin_token` creates applications. The hub reaches it at `STANDIN_URL`, so `name` has to be
    that address's.
    """

    admin_token: Output[str]

    def __init__(
        self,
        name: str,
        args: GitLabArgs,
        *,
        stack: Stack,
        image: Image,
        network: Network,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:GitLabStandin", name, None, opts)
        if not is_loopback(args.url):
            msg = (
                "gitlab.standin signs people in without a password: gitlab.url must be a loopback "
                f"address such as http://localhost:8929, not {args.url}"
            )
            raise RunError(msg)
        child = ResourceOptions(parent=self)
        token = random_key(f"{name}-admin-token", parent=self)
        data = docker.Volume(
            f"{name}-data",
            name=f"{stack.prefix}-{name}-data",
            labels=stack.docker_labels,
            opts=child,
        )
        container = service(
            name,
            stack=stack,
            image=image,
            network=network,
            memory_mib=MEMORY_MIB,
            parent=self,
            envs=[
                Output.concat("STANDIN_ADMIN_TOKEN=", token),
                f"STANDIN_EXTERNAL_URL={args.url}",
            ],
            ports=[{"internal": 8080, "external": port_of(args.url), "ip": "127.0.0.1"}],
            volumes=[{"volume_name": data.name, "container_path": "/data"}],
        )
        # Only a container that runs can be asked for an application.
        self.admin_token = Output.all(token, container.id).apply(lambda values: values[0])
        self.register_outputs({})
