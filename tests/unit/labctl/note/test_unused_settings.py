"""Settings of a hub that no server goes by."""

import pytest

from tests.unit.labctl.note.hubs import said_of_settings

VOLUMES = {"home": "volume", "system_users": False, "volume_prefix": "a-home"}
DIRECTORIES = VOLUMES | {"home": "/srv/{username}"}
ACCOUNTS = VOLUMES | {"system_users": True, "directory": "/home/ada", "uid": 1000, "gid": 100}


@pytest.mark.parametrize(
    ("old", "new", "starts"),
    [
        (
            {"notebook": VOLUMES},
            {"notebook": VOLUMES | {"volume_prefix": "b-home"}},
            ["From their next start on, people's files are in volumes that begin with `b-home`"],
        ),
        ({"notebook": DIRECTORIES}, {"notebook": DIRECTORIES | {"volume_prefix": "b-home"}}, []),
        (
            {"notebook": VOLUMES},
            {"notebook": DIRECTORIES | {"volume_prefix": "b-home"}},
            ["From their next start on, people's files are in `/srv/{username}` instead of"],
        ),
        (
            {"notebook": ACCOUNTS},
            {"notebook": ACCOUNTS | {"volume_prefix": "b", "directory": "/", "uid": 1, "gid": 1}},
            [],
        ),
        (
            {"notebook": DIRECTORIES},
            {"notebook": ACCOUNTS},
            ["Notebooks run as the host's account of each person's name"],
        ),
    ],
)
def test_a_setting_that_no_server_goes_by_is_not_told(old, new, starts):
    said = said_of_settings(old, new)
    assert [text[: len(start)] for text, start in zip(said, starts, strict=True)] == starts
