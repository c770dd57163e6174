"""What a Dockerfile takes from other images."""

import pytest

from policy.rule import IMAGE
from tests.unit.policy.asking import fault, told
from tests.unit.policy.resources import BUILT


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ({}, "Dockerfile: ${ROOT_IMAGE} is missing"),
        ({"dockerfile": "quoted"}, "quoted: $B is debian:latest; give"),
        ({"dockerfile": "defaulted"}, "defaulted: ${B:-debian:latest} is debian:latest; give"),
        ({"dockerfile": "joined"}, "joined: ${B} is debian:latest; give"),
        ({"dockerfile": "overwritten"}, "overwritten: ${B} is debian:latest; give"),
        ({"dockerfile": "inner"}, "inner: ${B} is missing; give"),
        ({"dockerfile": "flagged"}, "flagged: busybox is busybox; give"),
        ({"context": "https://git.example.org/a.git"}, "nobody sees what it builds on"),
    ],
)
def test_what_floats_in_a_dockerfile_is_told(build, expected):
    assert expected in fault("nothing-floats", IMAGE, BUILT | {"build": build})


@pytest.mark.usefixtures("files")
def test_a_dockerfile_s_own_stages_and_what_it_runs_do_not_float():
    assert told("nothing-floats", IMAGE, BUILT | {"build": {"dockerfile": "sound"}}) == ""
