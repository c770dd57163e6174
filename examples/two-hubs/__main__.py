"""Two teams, two hubs on one host: each with a network, rules and limits of its own."""

from typing import Any

import pulumi
from jupyterhub_docker.engine import DockerArgs
from jupyterhub_docker.gitlab_login import GitLabLogin
from jupyterhub_docker.gitlab_settings import GitLabArgs
from jupyterhub_docker.gitlab_standin import GitLabStandin
from jupyterhub_docker.hub import Hub, HubArgs
from jupyterhub_docker.images import ImageChain, ImagesArgs
from jupyterhub_docker.network import Network, NetworkArgs
from jupyterhub_docker.proxy import Proxy
from jupyterhub_docker.servers import Servers
from jupyterhub_docker.settings import Settings, Stack
from jupyterhub_docker.site import SiteArgs


class Team(Settings):
    """What differs between the hubs."""

    site: SiteArgs
    network: NetworkArgs
    gitlab: GitLabArgs
    servers: Servers


config = pulumi.Config()
built_from = ImagesArgs(**config.get_object("images", {}))
images = ImageChain("images", built_from, servers=Servers())


def declare_hub(name: str, team: Team) -> None:
    """Declare a hub with all that is its own: `name` starts every name, here and on the host."""
    stack = Stack.current(f"{name}-{pulumi.get_stack()}")
    network = Network(f"{name}-network", team.network, stack=stack)
    place: dict[str, Any] = {"stack": stack, "network": network}
    gitlab = GitLabStandin(f"{name}-gitlab", team.gitlab, image=images.gitlab_standin, **place)
    login = GitLabLogin(
        f"{name}-login",
        team.gitlab,
        token=gitlab.admin_token,
        client_secret=None,
        site=team.site,
        stack=stack,
        groups_used=team.servers.uses_groups,
    )
    proxy = Proxy(f"{name}-proxy", team.site, image=images.proxy, **place)
    Hub(
        f"{name}-hub",
        HubArgs(),
        servers=team.servers,
        images=images,
        socket=DockerArgs().socket,
        site=team.site,
        login=login,
        proxy=proxy,
        **place,
    )
    pulumi.export(name, team.site.url)


for team, settings in config.require_object("teams").items():
    declare_hub(team, Team(**settings))
