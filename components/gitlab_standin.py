"""A small GitLab look-alike for `dev` and for tests."""

from pulumi import ComponentResource, Output, ResourceOptions, RunError

from .gitlab_settings import GitLabArgs
from .images import Image
from .network import Network
from .random_key import random_key
from .service import data_volume, service
from .settings import Stack
from .site import port_of

MEMORY_MIB = 256


class GitLabStandin(ComponentResource):
    """Enough of GitLab's API and OAuth for the GitLab provider and the real authenticator.

    People sign in to it without a password, so it is on loopback: `args.standin` sees to that.
    `admin_token` creates applications. The hub reaches it at `STANDIN_URL`.
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
        if not args.standin:  # which keeps its address on loopback
            msg = f"{name}: gitlab.standin is false: set it to true, or declare no GitLabStandin"
            raise RunError(msg)
        token = random_key(f"{name}-admin-token", parent=self)
        data = data_volume(name, "gitlab", stack=stack, parent=self)
        container = service(
            name,
            "gitlab",
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
