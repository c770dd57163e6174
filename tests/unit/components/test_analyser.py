"""What Pulumi's analyser says of the components: docs/components.md."""

import re

import pytest
from pulumi.provider.experimental.analyzer import Analyzer

from components.edge import Edge
from components.gitlab_login import GitLabLogin
from components.gitlab_standin import GitLabStandin
from components.hub import Hub
from components.image import Image
from components.image_chain import ImageChain
from components.network import Network
from components.proxy import Proxy

NO_ARGS = "requires an argument named 'args' with a type annotation"
CHECKED = "issubclass() arg 1 must be a class"


@pytest.mark.parametrize(
    ("component", "refusal"),
    [
        *((each, NO_ARGS) for each in (Image, Proxy)),
        *((each, CHECKED) for each in (Edge, GitLabLogin, GitLabStandin, Hub, ImageChain, Network)),
    ],
)
def test_pulumis_analyser_still_refuses_the_components(component, refusal):
    """When one passes, docs/components.md can offer it to programs in other languages."""
    with pytest.raises(Exception, match=re.escape(refusal)):
        Analyzer("jupyterhub").analyze_component(component)
