"""What resources are called, in sentences and in rules."""

import pytest

from hubpreview.names import hub_of, in_words, role

CONTAINER = "docker:index/container:Container"
APPLICATION = "gitlab:index/application:Application"
PASSWORD = "random:index/randomPassword:RandomPassword"
CHAIN = "jupyterhub:index:ImageChain$jupyterhub:index:Image$"
HUB = f"urn:pulumi:dev::jupyterhub::jupyterhub:index:Hub${CONTAINER}::hub-container"


@pytest.mark.parametrize(
    ("urn", "words"),
    [
        (HUB, "hub container"),
        (
            "urn:pulumi:dev::jupyterhub::jupyterhub:index:ImageChain$jupyterhub:index:Image$"
            "docker:index/image:Image::base-notebook-build",
            "image base-notebook",
        ),
        (
            "urn:pulumi:dev::jupyterhub::jupyterhub:index:Network$"
            "docker:index/network:Network::network-bridge",
            "network",
        ),
        (
            "urn:pulumi:dev::two-hubs::jupyterhub:index:Network$"
            "docker:index/network:Network::physics-network-bridge",
            "physics network",
        ),
        ("urn:pulumi:dev::jupyterhub::random:index/randomPassword:RandomPassword::a-b", "a b"),
        ("urn:pulumi:dev::jupyterhub::pulumi:pulumi:Stack::jupyterhub-dev", "the program"),
    ],
)
def test_resources_are_called_what_the_program_calls_them(urn, words):
    assert in_words(urn) == words


@pytest.mark.parametrize(
    ("types", "name", "expected"),
    [
        (f"jupyterhub:index:Hub${CONTAINER}", "hub-container", "hub-container"),
        (f"jupyterhub:index:Hub${CONTAINER}", "physics-hub-container", "hub-container"),
        (f"site:index:Site$jupyterhub:index:Hub${CONTAINER}", "physics-container", "hub-container"),
        (
            f"jupyterhub:index:GitLabStandin${CONTAINER}",
            "physics-gitlab-container",
            "gitlab-container",
        ),
        (f"jupyterhub:index:GitLabLogin${APPLICATION}", "login-application", "login-application"),
        (
            f"jupyterhub:index:Hub$jupyterhub:index:DockerGate${CONTAINER}",
            "physics-hub-docker-gate-container",
            "docker-gate-container",
        ),
        (f"jupyterhub:index:Hub${PASSWORD}", "b-hub-cookie-secret", "hub-cookie-secret"),
        (f"jupyterhub:index:Hub${PASSWORD}", "hub-crypt-key", "hub-crypt-key"),
        (f"jupyterhub:index:Proxy${PASSWORD}", "a-proxy-token", "proxy-token"),
        (f"{CHAIN}docker:index/image:Image", "base-notebook-build", "base-notebook-build"),
        (f"{CHAIN}docker:index/image:Image", "gpu-lab-build", "lab-build"),
        (
            f"{CHAIN}docker:index/image:Image",
            "notebook-foundation-build",
            "notebook-foundation-build",
        ),
        (CONTAINER, "hub-container", ""),
        (f"jupyterhub:index:Hub${CONTAINER}${CONTAINER}", "hub-container", ""),
        (f"jupyterhub:index:Hub${CONTAINER}", "hub-helper", ""),
    ],
)
def test_what_a_resource_is_does_not_depend_on_its_first_name(types, name, expected):
    assert role(f"urn:pulumi:dev::two-hubs::{types}::{name}") == expected


@pytest.mark.parametrize(
    ("types", "name", "expected"),
    [
        (f"jupyterhub:index:Hub${CONTAINER}", "hub-container", ""),
        (f"jupyterhub:index:Hub${CONTAINER}", "physics-hub-container", "physics-"),
        (f"site:index:Site$jupyterhub:index:Hub${CONTAINER}", "physics-container", "physics-"),
        (f"jupyterhub:index:GitLabLogin${APPLICATION}", "physics-login-application", "physics-"),
        (f"{CHAIN}docker:index/image:Image", "base-notebook-build", ""),
        (CONTAINER, "physics-hub-container", ""),
    ],
)
def test_resources_of_a_hub_have_its_name_in_common(types, name, expected):
    assert hub_of(f"urn:pulumi:dev::two-hubs::{types}::{name}") == expected
