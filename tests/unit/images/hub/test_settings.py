"""What the hub reads of settings.json."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hub_modules import settings, told
from tests.unit.hub_settings import SERVERS


@pytest.fixture
def content() -> Any:
    return json.loads(told(SERVERS))


def read(folder: Path, content: Any) -> Any:
    (folder / "settings.json").write_text(json.dumps(content))
    return settings.read(folder / "settings.json")


def test_sections_and_their_lists_are_read(tmp_path, content):
    found = read(tmp_path, content)
    assert found.gitlab.url == content["gitlab"]["url"]
    assert found.notebook.shared == [
        settings.Shared(source="/srv/data", target="/data", groups=None, read_only=True)
    ]
    [profile] = found.profiles
    assert profile == settings.Profile(name="Large", description="", groups=None)
    assert found.labels == content["labels"]


PLACES = [(), ("gitlab",), ("notebook",), ("notebook", "shared", 0), ("profiles", 0)]


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_key_that_the_hub_does_not_know_is_refused(tmp_path, content, place):
    section = content
    for part in place:
        section = section[part]
    section["novel"] = 1
    with pytest.raises(TypeError, match="unexpected keyword argument 'novel'"):
        read(tmp_path, content)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_key_that_is_missing_is_named(tmp_path, content, place):
    section = content
    for part in place:
        section = section[part]
    key, _ = section.popitem()
    with pytest.raises(TypeError, match=f"missing 1 required .*argument: '{key}'"):
        read(tmp_path, content)
