"""What is filled in when a person's container is asked for."""

import json
from typing import Any

import pytest

from hubconfig.sections.notebook import NotebookArgs
from hubconfig.sections.profiles import Profile
from hubconfig.servers import Servers
from tests.hub_modules import asked_for, containers, server_of, settings_of

EVERYONE = {"source": "sets", "target": "/sets"}
VISION = {"source": "/srv/v", "target": "/v", "groups": ["lab/vision"], "read_only": False}
SEVERAL = {"source": "/srv/s", "target": "/s", "groups": ["lab", "staff"]}
LABELS = {"pulumi.project": "jupyterhub", "pulumi.stack": "test"}


def notebook(**given: Any) -> Any:
    args = NotebookArgs.model_validate(given)
    assert args.uses_groups is bool(given.get("shared"))
    return settings_of(Servers(notebook=args)).notebook


@pytest.mark.parametrize(
    ("groups", "targets"),
    [
        ([], ["/sets"]),
        (["other", "vision"], ["/sets"]),
        (["lab/vision"], ["/sets", "/v"]),
        (["staff", "lab"], ["/sets", "/s"]),
        (["lab", "lab/vision"], ["/sets", "/v", "/s"]),
    ],
    ids=str,
)
def test_groups_decide_what_is_mounted(groups, targets):
    mounts = containers.shared_mounts(notebook(shared=[EVERYONE, VISION, SEVERAL]), set(groups))
    assert [mount["Target"] for mount in mounts] == targets


def test_mounts_are_read_only_unless_said_otherwise():
    mounts = containers.shared_mounts(notebook(shared=[EVERYONE, VISION]), {"lab/vision"})
    assert [(mount["Type"], mount["ReadOnly"]) for mount in mounts] == [
        ("volume", True),
        ("bind", False),
    ]


def test_a_home_is_a_volume_of_the_persons_with_the_stacks_labels():
    assert containers.home_mount(notebook(), LABELS, "li-2dhua") == {
        "Type": "volume",
        "Source": "hub-home-li-2dhua",
        "Target": "/home/ubuntu",
        "VolumeOptions": {"Labels": {**LABELS, "jupyterhub.part": "home"}},
    }


def test_a_home_is_a_directory_where_one_is_configured():
    found = containers.home_mount(notebook(home="/srv/{username}/home"), LABELS, "li-2dhua")
    assert found == {"Type": "bind", "Source": "/srv/li-2dhua/home", "Target": "/home/ubuntu"}


def test_a_person_changes_nothing_but_variables_and_mounts():
    declared = server_of(Servers())
    before = json.dumps(declared)
    mounts = [{"Type": "volume", "Source": "v", "Target": "/v"}]
    made = containers.server(declared, {"NB_UID": 1000, "EMPTY": ""}, mounts, {})
    assert made["Env"] == [*declared["Env"], "NB_UID=1000", "EMPTY="]
    assert made["HostConfig"] == declared["HostConfig"] | {"Mounts": mounts}
    assert made | {"Env": 0, "HostConfig": 0} == declared | {"Env": 0, "HostConfig": 0}
    assert json.dumps(declared) == before, "it is everybody's"


def test_an_account_is_the_user_in_its_home_with_its_groups():
    declared = server_of(Servers(notebook=NotebookArgs(system_users=True)))
    own = {"User": "1001:1001", "WorkingDir": "/home/li", "HostConfig": {"GroupAdd": ["5"]}}
    made = containers.server(declared, {}, [], own)
    assert (made["User"], made["WorkingDir"]) == ("1001:1001", "/home/li")
    assert made["HostConfig"] == declared["HostConfig"] | {"GroupAdd": ["5"], "Mounts": []}


def test_a_look_is_at_one_place():
    take = asked_for()["looks"]["take"]
    made = containers.look(take, "/srv/home/li")
    assert made["HostConfig"].pop("Binds") == ["/srv/home/li:/directory"]
    assert take["HostConfig"].pop("Binds") == ["{source}:/directory"], "it is for all places"
    assert made == take


def test_the_file_is_read_by_profiles_and_by_what_looks_do(tmp_path):
    asked = asked_for(Servers(profiles=(Profile(name="Small"), Profile(name="Large"))))
    (tmp_path / "containers.json").write_text(json.dumps(asked))
    found = containers.read(tmp_path / "containers.json")
    small, large = asked["servers"]
    assert found.servers == {"Small": small["container"], "Large": large["container"]}
    assert found.looks == asked["looks"]
