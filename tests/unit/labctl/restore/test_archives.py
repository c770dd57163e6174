"""Where the archives of a backup go, and which of them are left out."""

import pytest

from labctl.restore.archives import targets
from labctl.stack import StackError
from tests.unit.labctl.stacks import engine

FOREIGN = ["Pulumi.dev.yaml", "jupyterhub-lab2-hub-data.tar.gz", "homes/../x.tar.gz"]


def test_each_archive_goes_where_it_came_from():
    names = [
        *("state.json", "Pulumi.lab.yaml", "ours-hub-data.tar.gz", "ours-edge-data.tar.gz"),
        *("ours-home-li-2dhua.tar.gz", "homes/ada.tar.gz"),
    ]
    ours = engine(site={"prefix": "ours"}, notebook={"home": "/srv/{username}/files"})
    assert targets(ours, names) == (
        {"hub": "ours-hub-data.tar.gz", "edge": "ours-edge-data.tar.gz"},
        {"ours-home-li-2dhua.tar.gz": "ours-home-li-2dhua", "homes/ada.tar.gz": "/srv/ada/files"},
    )


@pytest.mark.parametrize("name", [*FOREIGN, "homes/ada.tar.gz"])
def test_a_backup_of_another_stack_is_refused(name):
    with pytest.raises(StackError, match="nothing in it is of the stack lab, whose things begin"):
        targets(engine(), [name, "state.json"])


def test_what_the_stack_had_under_another_prefix_is_left_out(capsys):
    ours = engine(site={"prefix": "ours"})
    assert targets(ours, [*FOREIGN, "ours-home-ada.tar.gz"])[1].keys() == {"ours-home-ada.tar.gz"}
    said = capsys.readouterr().out.splitlines()
    assert said == [f"Left out: {name}, whose name does not begin with ours-" for name in FOREIGN]
