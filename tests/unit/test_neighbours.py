"""Two stacks on one engine: what they both claim is named before anything is done."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.neighbours import conflicts

STANDIN = {"url": "http://localhost:8929", "standin": True, "allow": {"groups": ["lab"]}}
MINE: dict[str, Any] = {
    "site": {"url": "http://localhost:8000"},
    "network": {"subnet": "172.18.0.0/24"},
    "gitlab": STANDIN,
}
OTHER: dict[str, Any] = {
    "site": {"url": "https://hub.example.org", "port": 9000},
    "network": {"subnet": "172.19.0.0/24"},
    "gitlab": {"url": "https://git.example.org"},
}


@pytest.fixture
def found(tmp_path):
    """Write two stack files; return what the first one is told."""

    def run(other: dict[str, Any], mine: dict[str, Any] = MINE) -> list[str]:
        for stack, config in (("mine", mine), ("other", other)):
            keys = {f"jupyterhub:{section}": value for section, value in config.items()}
            (tmp_path / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": keys}))
        return conflicts("jupyterhub", "mine", tmp_path)

    return run


def test_stacks_that_share_nothing_are_fine(found):
    assert found(OTHER) == []


@pytest.mark.parametrize(
    ("section", "values", "told"),
    [
        ("site", {"url": "https://h.example.org", "port": 8000}, "jupyterhub:site.port: 8000 is"),
        ("site", {"url": "http://localhost:8000"}, "jupyterhub:site.port: 8000 is"),
        ("site", {"url": "http://localhost:8929"}, "jupyterhub:gitlab.url: 8929 is"),
        ("site", {"url": "https://h.example.org", "port": "8000"}, "jupyterhub:site.port: 8000 is"),
        (
            "site",
            {"url": "http://localhost:9000", "prefix": "jupyterhub-mine"},
            "site.prefix: jupyterhub-mine is",
        ),
        ("network", {"subnet": "172.18.0.0/24"}, "network.subnet: 172.18.0.0/24 is"),
        ("network", {"subnet": "172.16.0.0/12"}, "(Pulumi.other.yaml: 172.16.0.0/12)"),
        ("gitlab", STANDIN, "gitlab.url: 8929 is"),
    ],
)
def test_what_both_claim_is_named_with_the_other_stack(found, section, values, told):
    [line] = found(OTHER | {section: values})
    assert told in line
    assert "claimed by stack other" in line
    assert "give one of them another" in line


def test_with_tls_both_stacks_claim_port_80_for_redirects(found):
    tls = {"site": {"url": "https://h.example.org"}, "tls": {"certificate": "internal"}}
    mine = {"site": {"url": "http://localhost"}}
    [line] = found(OTHER | tls, MINE | mine)
    assert "jupyterhub:site.port: 80 is also claimed by stack other" in line
    elsewhere = tls | {"site": {"url": "https://h.example.org:8443"}}
    assert found(OTHER | elsewhere, MINE | mine) == []


def test_other_engines_do_not_count(found):
    assert found(MINE | {"docker": {"host": "ssh://root@lab.example.org"}}) == []


@pytest.mark.parametrize("address", ["127.0.0.2", "192.0.2.7"])
def test_one_port_on_two_addresses_is_not_shared(found, address):
    assert found(OTHER | {"site": MINE["site"] | {"bind_address": address}}) == []


def test_who_names_no_engine_means_this_machines(found, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "ssh://root@lab.example.org")  # of this run
    named = MINE | {"docker": {"host": "unix:///var/run/docker.sock"}}
    assert found(named) == found(MINE) != []


def test_what_cannot_be_read_claims_nothing(found):
    assert found({"site": "secure", "network": {"subnet": "nonsense"}, "gitlab": {}}) == []


def test_a_secret_claims_nothing(found):
    secret = {"secure": "v1:canary"}
    assert found(OTHER | {"site": {"url": secret, "port": 8000}, "network": secret}) == []


@pytest.mark.parametrize("content", ["config: [", "- a list", "config: text", "\x00"])
def test_a_file_that_is_no_stack_file_claims_nothing(found, tmp_path, content):
    (tmp_path / "Pulumi.broken.yaml").write_text(content)
    assert found(OTHER) == []


def test_the_stacks_of_this_repository_and_the_hubs_of_its_example_fit_together(tmp_path):
    for file in Path().glob("Pulumi.*.yaml"):
        shutil.copy(file, tmp_path)
    example = yaml.safe_load(Path("examples/two-hubs/Pulumi.dev.yaml").read_text())
    for team, sections in example["config"]["two-hubs:teams"].items():
        keys = {f"jupyterhub:{section}": value for section, value in sections.items()}
        (tmp_path / f"Pulumi.{team}.yaml").write_text(yaml.safe_dump({"config": keys}))
    stacks = [file.name.split(".")[1] for file in tmp_path.iterdir()]
    assert {"dev", "lab", "physics", "biology"} <= set(stacks)
    for stack in stacks:
        assert conflicts("jupyterhub", stack, tmp_path) == []
