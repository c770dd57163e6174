"""What programs other than this one may do with the components: docs/components.md."""

import re
from typing import Any

import pytest
from pulumi import RunError
from pulumi.provider.experimental.analyzer import Analyzer

from components.edge import Edge
from components.gitlab_login import GitLabLogin
from components.gitlab_settings import GitLabArgs
from components.gitlab_standin import GitLabStandin
from components.gpus import GpuArgs
from components.hub import Hub, HubArgs
from components.images import Image, ImageChain, ImagesArgs
from components.network import Network, NetworkArgs
from components.notebook import NotebookArgs
from components.proxy import Proxy
from components.servers import Servers
from components.settings import Stack
from components.site import SiteArgs
from components.tls import TlsArgs

NOT_REACHED: Any = None


WITH_GPUS = Servers(gpus=GpuArgs(notebooks="all"))


def chain(name: str, servers: Servers) -> ImageChain:
    return ImageChain(name, ImagesArgs(), servers=servers)


def test_two_chains_have_names_of_their_own_and_share_what_is_equal(declare):
    def program() -> None:
        chain("images", Servers())
        chain("gpu-images", WITH_GPUS)

    declared = declare(program)
    for folder in ("hub", "proxy", "singleuser"):
        one, other = declared[f"{folder}-build"], declared[f"gpu-images-{folder}-build"]
        assert one["imageName"] == other["imageName"]
    assert declared["lab-build"]["imageName"] != declared["gpu-images-lab-build"]["imageName"]


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        (Servers(notebook=NotebookArgs(uid=1001)), "NB_UID=1001, not 1000:"),
        (
            Servers(notebook=NotebookArgs(user="lab", gid=1000)),
            "NB_USER=lab, not ubuntu, NB_GID=1000, ",
        ),
        (WITH_GPUS, "GPU=1, not None:"),
    ],
)
def test_a_hub_refuses_an_image_for_other_notebooks(declare, servers, found):
    def program() -> None:
        stack = Stack(prefix="physics", labels={})
        images = chain("images", Servers())
        Hub(
            "physics-hub",
            HubArgs(),
            servers=servers,
            stack=stack,
            images=images,
            network=Network(
                "n", NetworkArgs.model_validate({"subnet": "172.18.0.0/24"}), stack=stack
            ),
            socket="/var/run/docker.sock",
            site=SiteArgs(url="http://localhost:8000"),
            login=NOT_REACHED,
            proxy=NOT_REACHED,
        )

    with pytest.raises(RunError, match=f"physics-hub: its notebooks need an image with {found}"):
        declare(program)


def test_a_standin_that_is_not_asked_for_is_refused(declare):
    def program() -> None:
        args = GitLabArgs.model_validate(
            {"url": "https://g.example.org", "allow": {"users": ["a"]}}
        )
        GitLabStandin(
            "physics-gitlab",
            args,
            stack=Stack(prefix="physics", labels={}),
            image=NOT_REACHED,
            network=NOT_REACHED,
        )

    with pytest.raises(RunError, match=r"physics-gitlab: gitlab\.standin is false: set it to true"):
        declare(program)


@pytest.mark.parametrize(
    ("tls", "sentence"),
    [
        (TlsArgs(), "tls.certificate is missing: set it to acme, files or internal, or declare no"),
        (TlsArgs(certificate="internal"), "site.port is 8000, but with tls it is site.url's, 443"),
    ],
)
def test_an_edge_refuses_what_it_cannot_serve(declare, tls, sentence):
    def program() -> None:
        Edge(
            "physics-edge",
            tls,
            site=SiteArgs(url="https://hub.example.org", port=8000),
            proxy=NOT_REACHED,
            stack=Stack(prefix="physics", labels={}),
            image=NOT_REACHED,
            network=NOT_REACHED,
        )

    with pytest.raises(RunError, match=f"physics-edge: {sentence}"):
        declare(program)


NO_ARGS = "requires an argument named 'args' with a type annotation"
CHECKED = "issubclass() arg 1 must be a class"


@pytest.mark.parametrize(
    ("component", "refusal"),
    [
        *((each, NO_ARGS) for each in (Image, Proxy)),
        *((each, CHECKED) for each in (Edge, GitLabLogin, GitLabStandin, ImageChain, Network)),
    ],
)
def test_pulumis_analyser_still_refuses_the_components(component, refusal):
    """When one passes, docs/components.md can offer it to programs in other languages."""
    with pytest.raises(Exception, match=re.escape(refusal)):
        Analyzer("jupyterhub").analyze_component(component)


def test_pulumis_analyser_accepts_the_hub_alone_without_its_parts():
    inputs = Analyzer("jupyterhub").analyze_component(Hub).inputs
    assert "memoryMib" in inputs
    assert not {"images", "network", "login"} & inputs.keys()
