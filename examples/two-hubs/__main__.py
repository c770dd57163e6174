"""Two teams, two hubs on one host: each with a network, rules and limits of its own."""

import pulumi
from jupyterhub_docker.firewall import Firewall
from jupyterhub_docker.gitlab_login import GitLabLogin
from jupyterhub_docker.gitlab_standin import GitLabStandin
from jupyterhub_docker.hub import Hub
from jupyterhub_docker.image_chain import ImageChain
from jupyterhub_docker.network import Network
from jupyterhub_docker.proxy import Proxy
from jupyterhub_docker.service import Place

from hubconfig.model import Settings
from hubconfig.openings import Openings
from hubconfig.sections.docker import DockerArgs
from hubconfig.sections.gitlab import GitLabArgs
from hubconfig.sections.hub import HubArgs
from hubconfig.sections.images import ImagesArgs
from hubconfig.sections.network import NetworkArgs
from hubconfig.sections.site import SiteArgs
from hubconfig.servers import Servers
from hubconfig.stack import Stack


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
    project, environment = pulumi.get_project(), pulumi.get_stack()
    stack = Stack.named(project, environment, prefix=f"{name}-{environment}")
    network = Network(f"{name}-network", team.network, stack=stack)
    place = Place(stack=stack, network=network)
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
    firewall = Firewall(
        f"{name}-firewall",
        team.network,
        openings=Openings.of(team.site, team.gitlab, built_from),
        images=images,
        **place,
    )
    Hub(
        f"{name}-hub",
        HubArgs(),
        servers=team.servers,
        images=images,
        engine=DockerArgs(),
        site=team.site,
        gitlab=team.gitlab,
        login=login,
        proxy=proxy,
        firewall=firewall,
        **place,
    )
    pulumi.export(name, team.site.url)


for team, settings in config.require_object("teams").items():
    declare_hub(team, Team(**settings))
