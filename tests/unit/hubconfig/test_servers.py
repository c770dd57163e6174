"""People's servers as a whole."""

import pytest

from hubconfig.sections.gpus import GpuArgs
from hubconfig.sections.profiles import Profile
from hubconfig.servers import Servers

SHARED = {"source": "/srv/vision", "target": "/vision"}


@pytest.mark.parametrize(
    ("sections", "used"),
    [
        ({}, False),
        ({"notebook": {"shared": [SHARED]}}, False),
        ({"notebook": {"shared": [SHARED | {"groups": ["lab/vision"]}]}}, True),
        ({"profiles": [{"name": "A"}]}, False),
        ({"gpus": {"pool": [0]}}, False),
        ({"gpus": {"pool": [0], "limits": {"lab/students": 0}}}, True),
        ({"profiles": [{"name": "A"}, {"name": "B", "groups": ["lab/vision"]}]}, True),
    ],
    ids=str,
)
def test_groups_are_used_where_something_is_for_some_of_them_or_limited(sections, used):
    assert Servers.model_validate(sections).uses_groups is used


def test_an_environment_that_no_server_can_have_is_told_as_advice():
    servers = Servers.model_validate(
        {"notebook": {"image": "a"}, "profiles": [{"name": "B", "image": "b"}]}
    )
    assert servers.images == ["b"], "all profiles say another"
    assert list(servers.advice_on(["a", "b"])) == [
        "images.environments.a is not built, as neither notebook.image nor a profile names it"
    ]


GPU = {"name": "GPU", "gpus": 2}


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"profiles": [GPU], "gpus": {"pool": [0, 1]}}, []),
        ({"profiles": [GPU], "gpus": {"pool": [0, 1], "notebooks": "all"}}, []),
        ({"profiles": [{"name": "A", "gpus": [7]}], "gpus": {"pool": [0]}}, []),
        ({"profiles": [{"name": "A"}, GPU], "gpus": {"pool": [0, 1], "hours": 0.5}}, []),
        (
            {"profiles": [{"name": "A", "gpus": [7]}], "gpus": {"pool": [0], "hours": 0.5}},
            [
                "gpus.hours 0.5 is for servers that lease GPUs, and no profile does: give one a "
                "number of gpus, such as 1, or remove gpus.hours"
            ],
        ),
        (
            {"profiles": [{"name": "A"}, GPU], "gpus": {"notebooks": [0, 1]}},
            [
                "profiles: GPU leases gpus 2, and there is no gpus.pool to lease of: set it to a "
                "list, such as [0, 1], or give the profile a list"
            ],
        ),
        (
            {"profiles": [GPU, {"name": "A", "gpus": 1}], "gpus": {"pool": [0]}},
            [
                "profiles: GPU leases gpus 2, more than the 1 of gpus.pool: give fewer, or name "
                "more there"
            ],
        ),
    ],
    ids=str,
)
def test_a_profile_leases_no_more_than_there_is(sections, said):
    servers = Servers.model_construct(
        gpus=GpuArgs(**sections["gpus"]),
        profiles=tuple(Profile(**one) for one in sections["profiles"]),
    )
    assert [fault.sentence for fault in servers.faults()] == said


@pytest.mark.parametrize(
    ("own", "expected"), [(1, True), ([0], True), ("all", True), ("none", False), (None, False)]
)
def test_a_lease_needs_an_image_that_can_use_gpus(own, expected):
    servers = {"gpus": {"pool": [0]}, "profiles": [{"name": "A", "gpus": own}]}
    assert Servers.model_validate(servers).can_have_gpus is expected
