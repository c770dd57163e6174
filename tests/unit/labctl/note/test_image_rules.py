"""Whom a change of people's images reaches, and when."""

import pytest

from hubpreview.changes import Change, Operation
from hubpreview.differences import Difference
from tests.unit.labctl.note.hubs import said_of, said_of_files

URN = (
    "urn:pulumi:lab::jupyterhub::jupyterhub:index:Image$docker:index/image:Image::"
    "environment-{}-build"
)
LAB, SCIENCE, PHYSICS = "jupyterhub-lab", "jupyterhub-science", "jupyterhub-environment-physics"
KEEP = "at their next start; running servers keep theirs."
GROUPS = {"Physics": ["lab/physics"]}


def told(images):
    """Return the hub's files for the images of profiles by their names; `` stands for none."""
    profiles = [
        {"name": name, "description": "", "groups": GROUPS.get(name)} for name in images if name
    ]
    servers = [{"profile": name, "container": {"Image": image}} for name, image in images.items()]
    return {"settings.json": {"profiles": profiles}, "containers.json": {"servers": servers}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"": f"{LAB}:1"}, {"": f"{LAB}:1"}, []),
        ({"": f"{LAB}:1"}, {"": f"{LAB}:2"}, [f"The image `lab` changes: people get it {KEEP}"]),
        (
            {"": f"{LAB}:1"},
            {"": f"{SCIENCE}:1"},
            [
                "From their next start on, people have the image `science` instead of `lab`; "
                "running servers keep theirs."
            ],
        ),
        (
            {"A": f"{LAB}:1", "B": f"{LAB}:1"},
            {"A": f"{LAB}:2", "B": f"{LAB}:2"},
            [f"The image `lab` changes: people get it {KEEP}"],
        ),
        (
            {"A": f"{LAB}:1", "B": f"{LAB}:1", "Physics": f"{PHYSICS}:1"},
            {"A": f"{LAB}:2", "B": f"{LAB}:2", "Physics": f"{PHYSICS}:2"},
            [
                f"The image `lab` changes: people who choose `A` or `B` get it {KEEP}",
                "The image `physics` changes: people who choose `Physics` (members of "
                f"`lab/physics`) get it {KEEP}",
            ],
        ),
        (
            {"A": f"{LAB}:1", "{new}": f"{LAB}:1"},
            {"A": f"{LAB}:1", "{new}": f"{LAB}:2"},
            [f"The image `lab` changes: people who choose `{{new}}` get it {KEEP}"],
        ),
        ({"A": f"{LAB}:1"}, {"A": f"{LAB}:1", "B": f"{SCIENCE}:1"}, []),  # a new profile is told
    ],
    ids=str,
)
def test_whom_a_changed_image_reaches_is_told(old, new, expected):
    said = said_of_files(told(old), told(new))
    profiles = "People choose between other profiles at their next start."
    assert [each for each in said if each != profiles] == expected


def test_another_publishers_image_is_told():
    path = "build.args.IMAGE"
    kind = "docker:index/image:Image"
    difference = Difference(path, "a/b:1.0.0", "c/d:1.0.0")
    change = Change(Operation.UPDATE, URN.format("ml-lab"), kind, (difference,), ())
    assert said_of(change) == [
        "The environment `ml-lab` is made of `c/d:1.0.0` instead of `a/b:1.0.0`: whoever publishes "
        "that runs code in the servers that have it, with people's files."
    ]
