"""Directories of the Docker host."""

from typing import Any

import pytest

from hubconfig.sections.notebook import NotebookArgs
from tests.unit.hubconfig.tables import Row, each, only_fault
from tests.unit.stack_files import changed

BAD: list[Row] = [
    ("notebook.home", "/{username}", "notebook.home: a person could choose a name"),
    ("notebook.home", "/home/{username}", "notebook.home: a person could choose a name"),
    ("notebook.home", "/home/data", "notebook.home: expected volume, or a directory"),
    ("notebook.home", "/data/{user}", "notebook.home: expected volume, or a directory"),
    ("notebook.home", "data/{username}", "notebook.home: expected an absolute path"),
    ("notebook.home", "/etc/{username}", "could become root on the host"),
    *(
        ("notebook.home", f"{place}/{{username}}", f"notebook.home: the host empties {folder}, and")
        for place, folder in {
            "/tmp": "/tmp",  # noqa: S108
            "/tmp/homes": "/tmp",  # noqa: S108
            "/var/tmp": "/var/tmp",  # noqa: S108
            "/dev/shm": "/dev/shm",  # noqa: S108
        }.items()
    ),
    ("backup.directory", "backups", "backup.directory: expected an absolute path without '..'"),
    ("backup.directory", "/srv/../b", "backup.directory: expected an absolute path without '..'"),
    ("backup.directory", "/srv/b:1", "backup.directory: the engine takes no path with a colon"),
    *(
        ("backup.directory", place, "backup.directory: backups would be among the system's own")
        for place in ("/", "/var/lib/docker", "/etc/backups", "/tmp/backups")  # noqa: S108
    ),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


BAD_HOMES: list[tuple[str, str]] = [
    ("", "expected volume, or a directory of the host with {username} once"),
    ("/srv/home", "with {username} once"),
    ("/srv/{user}", "with {username} once"),
    ("/srv/{username}/{username}", "with {username} once"),
    ("/srv/{username}/{servername}", "with {username} once"),
    ("/srv/{username!r}", "with {username} once"),
    ("srv/{username}", "expected an absolute path without '..'"),
    ("/srv/../{username}", "expected an absolute path without '..'"),
    ("/srv//{username}/", "write it as /srv/{username}"),
    ("//srv/{username}", "write it as /srv/{username}"),
    ("/run/{username}", "lies in /run, with which a notebook could become root"),
    ("/srv/a:b-{username}", "the engine takes no path with a colon"),
    ("/var/{username}", "a person could choose a name that is a folder of the"),
    ("/opt/{username}", "a person could choose a name that is a folder of the"),
    ("/var/lib/{username}", "a person could choose a name that is a folder of"),
    ("/home/u{username}", "or the home of one of its accounts"),
]


@pytest.mark.parametrize(("home", "sentence"), BAD_HOMES)
def test_bad_homes_are_named(home, sentence):
    key, said, _ = only_fault(NotebookArgs, {"home": home})
    assert key == "home"
    assert sentence in said


@pytest.mark.parametrize(
    "home", ["/home/data/jupyterhub/user-data-{username}", "/srv/{username}/work"]
)
def test_good_homes_are_taken(home):
    assert NotebookArgs(home=home).home == home


@pytest.mark.parametrize("place", ["/var/backups/jupyterhub", "/var/lib/dockyard", "/srv/tmp"])
def test_backups_have_a_place_of_their_own(declare_program, place):
    settings: dict[str, Any] = changed("backup.directory", place)
    assert declare_program(settings)
