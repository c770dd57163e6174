"""Two stacks on one engine: what they both claim is named before anything is done."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from components.neighbours import conflicts

MINE: dict[str, Any] = {
    "site": {"url": "http://localhost:8000"},
    "network": {"subnet": "172.18.0.0/24"},
    "gitlab": {"url": "http://localhost:8929", "standin": True},
}
OTHER: dict[str, Any] = {
    "site": {"url": "https://hub.example.org", "port": 9000},
    "network": {"subnet": "172.19.0.0/24"},
    "gitlab": {"url": "https://git.example.org"},
}


@pytest.fixture
def found(tmp_path):
    """Write two stack files; return what the first one is told."""

    def run(other: dict[str, Any]) -> list[str]:
        for stack, config in (("mine", MINE), ("other", other)):
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
        ("site", {"port": 9000, "prefix": "jupyterhub-mine"}, "site.prefix: jupyterhub-mine is"),
        ("network", {"subnet": "172.18.0.0/24"}, "network.subnet: 172.18.0.0/24 is"),
        ("network", {"subnet": "172.16.0.0/12"}, "(Pulumi.other.yaml: 172.16.0.0/12)"),
        ("gitlab", {"url": "http://localhost:8929", "standin": True}, "gitlab.url: 8929 is"),
    ],
)
def test_what_both_claim_is_named_with_the_other_stack(found, section, values, told):
    [line] = found(OTHER | {section: values})
    assert told in line
    assert "claimed by stack other" in line
    assert "give one of them another" in line


def test_other_engines_do_not_count(found):
    assert found(MINE | {"docker": {"host": "ssh://root@lab.example.org"}}) == []


def test_what_cannot_be_read_claims_nothing(found):
    assert found({"site": "secure", "network": {"subnet": "nonsense"}, "gitlab": {}}) == []


def test_the_stacks_of_this_repository_fit_together():
    for stack in ("dev", "lab"):
        assert conflicts("jupyterhub", stack, Path()) == []
