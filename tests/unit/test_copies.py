"""What is written in two rooms, of which neither knows the other, is the same in both."""

import re
from pathlib import Path

import pytest

from hubconfig.values.accounts import FIRST_ID, NO_IDS, USERS_GROUP
from labctl.note.resource_rules import ROUTES_SECONDS
from policy.rules.host import SOCKET


@pytest.mark.parametrize(
    ("file", "name", "value"),
    [
        ("account_spawner.py", "FIRST_ID", FIRST_ID),
        ("account_spawner.py", "USERS_GROUP", USERS_GROUP),
        ("account_spawner.py", "NOBODY", min(NO_IDS)),
        ("jupyterhub_config.py", "last_activity_interval", ROUTES_SECONDS),
    ],
)
def test_the_hub_has_the_number_that_others_name(file, name, value):
    text = Path("images/hub", file).read_text()
    assert re.findall(rf"\b{name} = (\d+)", text) == [str(value)]


def test_the_engines_socket_is_mounted_where_the_policy_looks_for_it():
    components = "".join(file.read_text() for file in Path("components").glob("*.py"))
    assert re.findall(r'container_path="([^"]+\.sock)"', components) == [SOCKET]


def test_hub_and_note_read_an_environment_from_an_images_name_alike():
    pattern = r"""re\.sub\((r"\^jupyterhub-[^"]+"), "", image\)"""
    files = ("images/hub/together.py", "labctl/note/image_rules.py")
    hub, note = (re.findall(pattern, Path(file).read_text()) for file in files)
    assert hub == note != []
