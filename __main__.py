"""The whole deployment on one screen: read the settings, build the parts, wire them, export."""

import pulumi

from components.configuration import load
from components.edge import Edge
from components.engine import on_engine
from components.firewall import Firewall
from components.gitlab_login import GitLabLogin
from components.gitlab_standin import GitLabStandin
from components.hub import Hub
from components.image_chain import ImageChain
from components.network import Network
from components.proxy import Proxy
from components.service import Place
from hubconfig.keys import CLIENT_SECRET
from hubconfig.stack import Stack

config = load()
stack = Stack.named(pulumi.get_project(), pulumi.get_stack(), config.site.prefix)
engine = on_engine(config.docker)
images = ImageChain("images", config.images, servers=config.servers, opts=engine)
network = Network("network", config.network, stack=stack, opts=engine)
place = Place(stack=stack, network=network, opts=engine)
token = pulumi.Config("gitlab").get_secret("token")
if config.gitlab.standin:
    token = GitLabStandin("gitlab", config.gitlab, image=images.gitlab_standin, **place).admin_token
login = GitLabLogin(
    "login",
    config.gitlab,
    token=token,
    client_secret=pulumi.Config().get_secret(CLIENT_SECRET),
    site=config.site,
    stack=stack,
    groups_used=config.servers.uses_groups,
)
proxy = Proxy("proxy", config.site, image=images.proxy, behind_edge=config.tls.ends_here, **place)
if config.tls.ends_here:
    Edge("edge", config.tls, site=config.site, proxy=proxy, image=images.edge, **place)
firewall = Firewall("firewall", config.network, openings=config.openings, images=images, **place)
hub = Hub(
    "hub",
    config.hub,
    servers=config.servers,
    images=images,
    engine=config.docker,
    site=config.site,
    gitlab=config.gitlab,
    login=login,
    proxy=proxy,
    firewall=firewall,
    **place,
)
pulumi.export("url", config.site.url)
pulumi.export("hub_image", images.hub.reference)
pulumi.export("notebook_image", images.lab.reference)
pulumi.export("network", network.name)
pulumi.export("oauth_application_id", login.client_id)
pulumi.export("hub_api_token", hub.api_token)
