"""A small GitLab look-alike for `dev` and for tests."""

import pulumi_docker as docker
from pulumi import ComponentResource, Output, ResourceOptions, RunError

from hubconfig.ports import STANDIN_BIND_ADDRESS
from hubconfig.sections.gitlab import GitLabArgs
from hubconfig.stack import Stack
from hubconfig.values.urls import port_of

from .image import Image
from .network import Network
from .random_key import random_key
from .service import data_volume, service

MEMORY_MIB = 256


class GitLabStandin(ComponentResource):
    """Enough of GitLab's API and OAuth for the GitLab plug-in and the real authenticator.

    People sign in to it without a password, so it is published on loopback only; where
    `args.standin` is true, the models allow no other `args.url`. `admin_token` is the token that
    can create applications. The hub reaches the stand-in at `STANDIN_URL`.
    """

    admin_token: Output[str]

    def __init__(
        self,
        name: str,
        args: GitLabArgs,
        *,
        stack: Stack,
        network: Network,
        image: Image,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:GitLabStandin", name, None, opts)
        if not args.standin:  # only with it is url limited to loopback
            msg = f"{name}: gitlab.standin is false: set it to true, or declare no GitLabStandin"
            raise RunError(msg)
        token = random_key(f"{name}-admin-token", parent=self)
        data = data_volume(name, "gitlab", stack=stack, parent=self)
        container = service(
            name,
            "gitlab",
            stack=stack,
            network=network,
            image=image,
            address=network.standin_address,
            memory_mib=MEMORY_MIB,
            parent=self,
            envs=[
                Output.concat("STANDIN_ADMIN_TOKEN=", token),
                f"STANDIN_EXTERNAL_URL={args.url}",
            ],
            ports=[
                docker.ContainerPortArgs(
                    internal=8080, external=port_of(args.url), ip=str(STANDIN_BIND_ADDRESS)
                )
            ],
            volumes=[docker.ContainerVolumeArgs(volume_name=data.name, container_path="/data")],
        )
        # It is known once the container runs: only then can an application be created.
        known = Output.all(token=token, container_id=container.id)
        self.admin_token = known.apply(lambda values: str(values["token"]))
        self.register_outputs({})
