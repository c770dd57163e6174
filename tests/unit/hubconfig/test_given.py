"""What a stack is given: by its file, or by Pulumi, which reads that file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hubconfig.files import project_folder, project_name, stack_files
from hubconfig.given import Given, NoStackFileError
from hubconfig.reading import ConfigurationError, read
from tests.unit.stack_files import ANYBODY, CONFIG, TOKEN, by_whole_keys, changed, merged, write

CIPHERTEXT = {"secure": "v1:canary"}


def by_pulumi(folder: Path, config: Mapping[str, Any], *secrets: str) -> Given:
    """Return a configuration in the form in which Pulumi gives it to the program."""
    texts = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in by_whole_keys(config).items()
    }
    return Given.by_pulumi("jupyterhub", "lab", folder, texts, secrets)


def told(given: Given) -> list[str]:
    """Return what is told of a configuration that is refused."""
    with pytest.raises(ConfigurationError) as caught:
        read(given)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    "config",
    [
        CONFIG,
        CONFIG | {"gitlab": ANYBODY} | TOKEN,
        merged({"site": {"prefix": "8"}, "hub": {"idle_hours": 0.5}, "backup": {"keep": 3}}),
        CONFIG | {"profiles": [{"name": "A", "cpus": 1, "gpus": [0, "0:1"]}, {"name": "B"}]},
        CONFIG | {"notebook": {"shared": [{"source": "/srv/data", "target": "/data"}]}},
    ],
    ids=str,
)
def test_a_file_and_pulumi_give_the_same_configuration(tmp_path, config):
    write(tmp_path, "lab", config)
    given = by_pulumi(tmp_path, config, "gitlab:token")
    encrypted = {
        key: CIPHERTEXT if key == "gitlab:token" else value for key, value in config.items()
    }
    write(tmp_path, "lab", encrypted)
    by_file = Given.by_file(tmp_path, "lab", lambda _: TOKEN["gitlab:token"])
    assert read(by_file) == read(given)


@pytest.mark.parametrize(
    "config",
    [
        {},
        changed("notebook.cpus", 1e300),
        changed("site", "text"),
        changed("profiles", {"name": "A"}),
        CONFIG | {"gitlab": ANYBODY},
        CONFIG | {"notebook:sudo": "true", "hubb": {}, "gitlab:token": "canary0"},
        changed("site", {8000: "port"}),
        changed("images.mirrors", {1: "x"}),
        changed("profiles", [{True: "x"}]),
        changed("site.port", "0x_"),
    ],
    ids=str,
)
def test_a_file_and_pulumi_are_refused_in_the_same_words(tmp_path, config):
    write(tmp_path, "lab", config, **{"jupyterhub:hub": {}})
    said = told(by_pulumi(tmp_path, config))
    assert said == told(Given.by_file(tmp_path, "lab"))
    assert any(line.startswith("jupyterhub:hub: nobody reads it, since") for line in said)


def test_a_text_that_looks_like_a_number_stays_a_text(tmp_path):
    given = by_pulumi(tmp_path, {"gitlab:token": "20231234", "gitlabClientSecret": "true"})
    assert [*given.values.values()] == ["20231234", "true"]


PLACES: list[tuple[dict[str, Any], tuple[tuple[str | int, ...], ...]]] = [
    ({"site": CIPHERTEXT}, (("site",),)),
    ({"gitlab": CIPHERTEXT}, (("gitlab",),)),
    ({"docker": {"host": CIPHERTEXT}}, (("docker", "host"),)),
    (
        {"network": {"subnet": CIPHERTEXT, "gateway": CIPHERTEXT}},
        (("network", "subnet"), ("network", "gateway")),
    ),
    ({"notebook": {"home": CIPHERTEXT}}, (("notebook", "home"),)),
    ({"profiles": [{"name": "A"}, {"name": CIPHERTEXT}]}, (("profiles", 1, "name"),)),
    ({"gitlab:token": CIPHERTEXT}, ()),
]


@pytest.mark.parametrize(("sections", "unknown"), PLACES, ids=[str(row[0]) for row in PLACES])
def test_without_a_passphrase_secrets_are_unknown_and_never_values(tmp_path, sections, unknown):
    write(tmp_path, "lab", CONFIG | sections)
    given = Given.by_file(tmp_path, "lab")
    [key] = by_whole_keys(sections)
    assert given.secrets == {key}
    assert given.unknown == unknown
    if key != "gitlab:token":  # with the stand-in's, it is one too many
        assert "canary" not in read(given).model_dump_json()


@pytest.mark.parametrize(("sections", "_"), PLACES, ids=[str(row[0]) for row in PLACES])
def test_a_ciphertext_is_never_told_and_hides_nothing_else(tmp_path, sections, _):
    write(tmp_path, "lab", CONFIG | sections | {"hub": {"memory_mib": 1}})
    said = told(Given.by_file(tmp_path, "lab"))
    assert said[0].startswith("jupyterhub:hub.memory_mib: Input should be greater")
    assert not [line for line in said if "canary" in line or "secure" in line]


def test_with_a_passphrase_what_is_secret_is_read_and_still_not_told(tmp_path):
    write(tmp_path, "lab", CONFIG | {"site": {"url": CIPHERTEXT, "prefix": "ours"}})
    asked: list[str] = []

    def decrypt(key: str) -> str:
        asked.append(key)
        return '{"url": "http://localhost:7000/canary", "prefix": "ours"}'

    said = told(Given.by_file(tmp_path, "lab", decrypt))
    assert asked == ["jupyterhub:site"]
    assert said == ["jupyterhub:site: see docs/configuration.md for what is expected"]


def test_what_nobody_needs_stays_unknown(tmp_path):
    write(tmp_path, "lab", CONFIG | {"site": CIPHERTEXT, "network": CIPHERTEXT})
    site = json.dumps(CONFIG["site"])
    given = Given.by_file(tmp_path, "lab", lambda key: site if key.endswith("site") else None)
    assert given.unknown == (("network",),)
    assert read(given).site.url == CONFIG["site"]["url"]


def test_keys_beside_config_are_outside_but_for_pulumis_own(tmp_path):
    beside = {"encryptionsalt": "v1:x", "environment": ["lab"], "jupyterhub:hub": {}, "hub": {}}
    write(tmp_path, "lab", CONFIG, **beside)
    assert set(Given.by_file(tmp_path, "lab").outside) == {"jupyterhub:hub", "hub"}
    assert set(by_pulumi(tmp_path, CONFIG).outside) == {"jupyterhub:hub", "hub"}


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("Pulumi.other.yaml", ""),
        ("Pulumi.lab.yml", ": Pulumi reads no Pulumi.lab.yml there, so call it Pulumi.lab.yaml"),
    ],
)
def test_where_there_is_no_stack_file_its_place_is_told(tmp_path, name, more):
    write(tmp_path, "other", CONFIG)
    (tmp_path / "Pulumi.other.yaml").rename(tmp_path / name)
    with pytest.raises(NoStackFileError) as caught:
        Given.by_file(tmp_path, "lab")
    place = f"there is no Pulumi.lab.yaml beside a Pulumi.yaml in {tmp_path}"
    assert str(caught.value) == place + more


@pytest.mark.parametrize("content", ["", "- a list", "config: text"])
def test_a_file_without_keys_is_no_stack_file(tmp_path, content):
    write(tmp_path, "lab", CONFIG)
    file = tmp_path / "Pulumi.lab.yaml"
    file.write_text(content)
    with pytest.raises(NoStackFileError) as caught:
        Given.by_file(tmp_path, "lab")
    assert str(caught.value).startswith(f"{file} is no stack file: it has no keys with values")


def test_a_file_that_is_no_yaml_is_told_with_the_place(tmp_path):
    write(tmp_path, "lab", CONFIG)
    file = tmp_path / "Pulumi.lab.yaml"
    file.write_text("config:\n  jupyterhub:site:\n\turl: canary\n")
    with pytest.raises(NoStackFileError) as caught:
        Given.by_file(tmp_path, "lab")
    assert str(caught.value).startswith(f"{file} is no stack file: line 3: found character")
    Given.by_pulumi("jupyterhub", "lab", tmp_path, {}, ())


def test_what_pulumi_passes_may_be_nested_deeply(tmp_path):
    nested = "[" * 2000 + "]" * 2000
    given = Given.by_pulumi("jupyterhub", "lab", tmp_path, {"jupyterhub:profiles": nested}, ())
    assert any(line.startswith("jupyterhub:profiles: expected a list") for line in told(given))


def test_a_project_is_the_nearest_folder_with_its_file(tmp_path):
    write(tmp_path, "lab", CONFIG)
    write(tmp_path, "a.b", CONFIG)
    (tmp_path / "main/src").mkdir(parents=True)
    assert project_folder(tmp_path / "main/src") == project_folder(tmp_path) == tmp_path
    assert project_name(tmp_path) == "jupyterhub"
    assert list(stack_files(tmp_path)) == ["a.b", "lab"]
    assert project_name(tmp_path / "main") is None
