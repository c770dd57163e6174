"""What the scripts are told of a stack file."""

import sys

import pytest

from hubconfig.sections.images import ImagesArgs
from tests.unit.stack_files import changed, write


@pytest.fixture
def told(checkout):
    """Return the status and what is printed of a stack file."""

    def run(path, value):
        write(checkout.folder, "lab", changed(path, value))
        return checkout.run(sys.executable, "bootstrap/settings.py", "lab")

    return run


def test_a_shell_is_told_of_the_engine_and_of_names(told):
    host = "ssh://root@lab.example.org"
    status, printed = told("", {"docker": {"host": host}, "site": {"url": "http://localhost"}})
    assert status == 0
    assert printed.splitlines() == [
        "project=jupyterhub",
        "prefix=jupyterhub-lab",
        f"engine_host={host}",
        "engine_certificates=''",
        f"root_image={ImagesArgs().root}",
        "platform=linux/amd64",
    ]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("docker.host", "nonsense", "jupyterhub:docker.host: expected an address with unix://"),
        ("site.prefix", "A", "jupyterhub:site.prefix: expected lower-case letters"),
        ("images.root", "debian", "jupyterhub:images.root: it floats"),
    ],
)
def test_what_the_scripts_need_is_refused_as_by_the_program(told, path, value, said):
    status, printed = told(path, value)
    assert status == 1
    assert printed.startswith(said)
    assert len(printed.splitlines()) == 1


def test_what_they_do_not_need_may_be_wrong(told):
    assert told("notebook.cpus", -1)[0] == 0


def test_a_stack_without_a_file_is_told(checkout):
    status, printed = checkout.run(sys.executable, "bootstrap/settings.py", "physics")
    assert status == 1
    assert "there is no Pulumi.physics.yaml" in printed
