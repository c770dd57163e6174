"""Bad configuration: each fault is named, with what was found and what to do."""

from copy import deepcopy
from typing import Any

import pulumi
import pytest

from components.configuration import Configuration
from components.settings import load
from tests.unit.conftest import CONFIG


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the whole configuration with one key set, or dropped if `value` is None."""
    config = deepcopy(CONFIG)
    *parents, key = path.split(".")
    section: Any = config
    for parent in parents:
        section = section.setdefault(parent, {})
    if value is None:
        del section[key]
    else:
        section[key] = value
    return config


BAD: list[tuple[str, Any, str]] = [
    ("site", None, "jupyterhub:site: missing; set it with"),
    ("site.url", None, "jupyterhub:site.url: missing; set it with: pulumi config set --path"),
    ("site.url", "hub.example.org", "site.url: expected the address of a web server"),
    ("site.url", "ftp://hub.example.org", "site.url: expected the address of a web server"),
    ("site.url", "http://hub.example.org", "in the clear: use https"),
    ("site.url", "https://hub.example.org", "gitlab.standin signs people in without a password"),
    ("site.port", 0, "site.port: Input should be greater than or equal to 1 (found: 0)"),
    ("site.port", 70000, "site.port: Input should be less than or equal to 65535 (found: 70000)"),
    ("site.bind_address", "localhost", "site.bind_address"),
    ("site.prefix", "-bad", "site.prefix"),
    ("site.prefix", "Bad", "site.prefix"),
    ("site.ulr", "x", "site.ulr: Extra inputs are not permitted"),
    ("network.subnet", "172.18.0.0/33", "network.subnet"),
    ("network.subnet", "172.18.0.1/24", "network.subnet"),
    ("network.subnet", "172.18.0.0/27", "too small: give a /26 or larger"),
    ("network.gateway", "10.0.0.1", "gateway 10.0.0.1 must be one of 172.18.0.1 to 172.18.0.127"),
    ("network.gateway", "172.18.0.0", "gateway 172.18.0.0 must be one of"),
    ("network.hub_address", "172.18.0.200", "hub_address 172.18.0.200 must be one of"),
    ("network.hub_address", "172.18.0.1", "every fixed address must differ"),
    ("network.proxy_address", "172.18.0.2", "every fixed address must differ"),
    ("gitlab.url", None, "jupyterhub:gitlab.url: missing"),
    ("gitlab.url", "localhost:8929", "gitlab.url: expected the address of a web server"),
    ("gitlab.url", "https://git.example.org", "gitlab.url must be a loopback address"),
    ("gitlab.allow", {}, "nobody could sign in: set allow.users, allow.groups or allow.everyone"),
    ("gitlab.allow", None, "nobody could sign in"),
    ("gitlab.allow.everybody", True, "gitlab.allow.everybody: Extra inputs are not permitted"),
    ("gitlab.allow.groups", "lab", "gitlab.allow.groups: Input should be a valid tuple"),
    ("images.root", "debian", "images.root: it floats: give an exact tag"),
    ("images.root", "debian:latest", "images.root: it floats: give an exact tag"),
    ("images.root", "registry:5000/debian", "images.root: it floats: give an exact tag"),
    ("images.site_ca", "/no/such/file", "images.site_ca: cannot read /no/such/file"),
    ("images.site_ca", "README.md", "images.site_ca: README.md holds no PEM certificate"),
    ("notebook.user", "Root!", "notebook.user"),
    ("notebook.uid", 0, "notebook.uid: Input should be greater than or equal to 1 (found: 0)"),
    ("notebook.memory_mib", 64, "notebook.memory_mib"),
    ("notebook.cpus", 0, "notebook.cpus"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), BAD, ids=[f"{p}={v}" for p, v, _ in BAD])
def test_bad_configuration_is_named(declare_program, path, value, sentence):
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(changed(path, value))
    assert sentence in str(caught.value)


def test_every_fault_is_told_at_once(declare_program):
    config = changed("site.url", "nonsense")
    config["network"]["subnet"] = "nonsense"
    config["notebook"] = {"uid": 0}
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(config)
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "jupyterhub:site.url",
        "jupyterhub:network.subnet",
        "jupyterhub:notebook.uid",
    ]


def test_a_secret_section_is_never_quoted(declare):
    def program() -> None:
        pulumi.runtime.set_all_config(
            {"jupyterhub:site": '{"url": "canary"}'}, secret_keys=["jupyterhub:site"]
        )
        load(Configuration)

    with pytest.raises(pulumi.RunError) as caught:
        declare(program)
    assert "jupyterhub:site.url" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_real_gitlab_needs_a_token(declare_program):
    config = changed("gitlab.standin", False)
    with pytest.raises(pulumi.ConfigMissingError, match="gitlab:token"):
        declare_program(config)
