"""Which accounts of the host have notebooks, and which of their groups."""

import logging
from typing import Any

import pytest
from jupyterhub.spawner import SpawnException

from hubconfig.servers import Servers
from tests.unit.images.docker_gate.spawning import account_spawner, host_files, spawner_of, wait

SERVERS = Servers.model_validate({"notebook": {"system_users": True}})


@pytest.fixture
def asked(monkeypatch):
    """Find an account of the host's, and return what its container has of its own."""

    def run(uid: int, gid: int, *groups: int) -> Any:
        found = host_files.Account(uid, gid, "/home/ada", list(groups))
        monkeypatch.setattr(host_files.HostFiles, "account", lambda *_: found)
        monkeypatch.setattr(host_files.HostFiles, "owner", lambda *_: f"{uid}:{gid}")
        with spawner_of(SERVERS, "ada", ()) as spawner:
            assert isinstance(spawner, account_spawner.AccountSpawner)
            spawner.log = logging.getLogger(__name__)
            wait(spawner.find_home())
            return spawner.own_values()

    return run


@pytest.mark.parametrize(
    ("groups", "given", "left_out"),
    [
        ([], None, None),
        ([1000, 100, 1001, 2**31 - 1], ["1000", "100", "1001", "2147483647"], None),
        ([999, 1001, 0, 99], ["1001"], "[0, 99, 999]"),
        ([101], None, "[101]"),
    ],
)
def test_groups_of_the_systems_own_are_left_out_and_logged(asked, caplog, groups, given, left_out):
    assert asked(1000, 1000, *groups) == {
        "User": "1000:1000",
        "WorkingDir": "/home/ada",
        "HostConfig": {"GroupAdd": given} if given else {},
    }
    assert [record.getMessage().endswith(str(left_out)) for record in caplog.records] == (
        [True] if left_out else []
    )


@pytest.mark.parametrize("gid", [100, 1000])
def test_an_account_with_a_main_group_of_peoples_has_notebooks(asked, gid):
    assert asked(1000, gid)["User"] == f"1000:{gid}"


@pytest.mark.parametrize(
    ("uid", "gid", "told"),
    [
        (999, 1000, "has the uid 999"),
        (65534, 1000, "has the uid 65534"),
        (1000, 999, "has the main group 999"),
        (1000, 0, "has the main group 0"),
    ],
)
def test_an_account_of_the_systems_own_has_no_notebooks(asked, uid, gid, told):
    with pytest.raises(SpawnException) as caught:
        asked(uid, gid)
    assert told in str(caught.value.log_message)
