"""Two stacks on one engine: what they both claim is named before anything is done."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from hubconfig.given import Given
from hubconfig.neighbours import conflicts
from tests.unit.stack_files import by_whole_keys, write

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
        write(tmp_path, "mine", mine)
        write(tmp_path, "other", other)
        return list(conflicts(Given.by_file(tmp_path, "mine")))

    return run


def test_stacks_that_share_nothing_are_fine(found):
    assert found(OTHER) == []


@pytest.mark.parametrize(
    ("section", "values", "told"),
    [
        ("site", {"url": "https://h.example.org", "port": 8000}, "jupyterhub:site.url: 8000 is"),
        ("site", {"url": "http://localhost:8000"}, "jupyterhub:site.url: 8000 is"),
        ("site", {"url": "http://localhost:8929"}, "jupyterhub:gitlab.url: 8929 is"),
        ("site", {"url": "https://h.example.org", "port": "8000"}, "jupyterhub:site.url: 8000 is"),
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


def test_a_port_that_has_a_key_of_its_own_goes_by_that(found):
    mine = MINE | {"site": {"url": "https://mine.example.org", "port": 9000}}
    [line] = found(OTHER, mine)
    assert line.startswith("jupyterhub:site.port: 9000 is also claimed by stack other")


def test_with_tls_both_stacks_claim_port_80_for_redirects(found):
    tls = {"site": {"url": "https://h.example.org"}, "tls": {"certificate": "internal"}}
    mine = {"site": {"url": "http://localhost"}}
    [line] = found(OTHER | tls, MINE | mine)
    assert "jupyterhub:site.url: 80 is also claimed by stack other" in line
    elsewhere = tls | {"site": {"url": "https://h.example.org:8443"}}
    assert found(OTHER | elsewhere, MINE | mine) == []


@pytest.mark.parametrize(
    ("volume", "prefix", "claimed"),
    [
        ("jupyterhub-other-home-ada", None, True),
        ("jupyterhub-other-hub-data", None, True),
        ("physics-home-ada", "physics", True),
        ("jupyterhub-other-home-ada", "physics", False),
        ("jupyterhub-other-sets", None, False),
        ("/srv/jupyterhub-other-home-ada", None, False),
    ],
)
def test_a_volume_of_another_stacks_own_is_not_shared(found, volume, prefix, claimed):
    mine = MINE | {"notebook": {"shared": [{"source": volume, "target": "/data"}]}}
    other = OTHER | {"site": OTHER["site"] | {"prefix": prefix}}
    lines = found(other, mine)
    assert [line.partition(" is ")[0] for line in lines] == (
        [f"jupyterhub:notebook.shared: {volume}"] if claimed else []
    )
    assert all("claimed by stack other" in line for line in lines)


@pytest.mark.parametrize(
    ("outer", "inner", "clashes"),
    [
        ("lab", "lab-home", True),
        ("lab", "lab-notebook", True),
        ("lab", "lab-home-a", True),
        ("lab", "lab-notebook-a-b", True),
        ("lab-home", "lab-home-home", True),
        ("lab", "lab-homes", False),
        ("lab", "lab-notebook2", False),
        ("lab", "lab-h", False),
        ("lab", "lab-hub", False),
        ("lab", "a-lab-home", False),
        ("lab2", "lab-home", False),
    ],
)
def test_no_stack_has_names_that_peoples_things_of_another_may_have(found, outer, inner, clashes):
    for mine, other in ((outer, inner), (inner, outer)):
        sites = [MINE["site"] | {"prefix": mine}, OTHER["site"] | {"prefix": other}]
        lines = found(OTHER | {"site": sites[1]}, MINE | {"site": sites[0]})
        assert len(lines) == clashes
        for line in lines:
            assert line.startswith("jupyterhub:site.prefix: ")
            assert f"{'mine' if mine == outer else 'other'} (prefix {outer})" in line
            assert f"{'mine' if mine == inner else 'other'} (prefix {inner})" in line
            assert line.endswith("; give one of the stacks another prefix")


def test_other_engines_do_not_count(found):
    elsewhere = {"docker": {"host": "ssh://root@lab.example.org"}}
    assert found(MINE | elsewhere) == []
    within = {"site": OTHER["site"] | {"prefix": "jupyterhub-mine-home"}}
    assert len(found(OTHER | within)) == 1
    assert found(OTHER | within | elsewhere) == []


@pytest.mark.parametrize("address", ["127.0.0.2", "192.0.2.7"])
def test_one_port_on_two_addresses_is_not_shared(found, address):
    assert found(OTHER | {"site": MINE["site"] | {"bind_address": address}}) == []


def test_who_names_no_engine_means_this_machines(found, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "ssh://root@lab.example.org")  # of this run
    for socket in ("/var/run/docker.sock", "/run/docker.sock"):
        assert found(MINE | {"docker": {"host": f"unix://{socket}"}}) == found(MINE) != []


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
    for file in Path().glob("Pulumi*.yaml"):
        shutil.copy(file, tmp_path)
    example = yaml.safe_load(Path("examples/two-hubs/Pulumi.dev.yaml").read_text())
    for team, sections in example["config"]["two-hubs:teams"].items():
        content = {"config": by_whole_keys(sections)}
        (tmp_path / f"Pulumi.{team}.yaml").write_text(yaml.safe_dump(content))
    stacks = [file.name.split(".")[1] for file in tmp_path.glob("Pulumi.*.yaml")]
    assert {"dev", "lab", "physics", "biology"} <= set(stacks)
    for stack in stacks:
        assert list(conflicts(Given.by_file(tmp_path, stack))) == []
