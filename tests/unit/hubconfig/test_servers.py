"""People's servers as a whole."""

import pytest

from hubconfig.servers import Servers

SHARED = {"source": "/srv/vision", "target": "/vision"}


@pytest.mark.parametrize(
    ("sections", "used"),
    [
        ({}, False),
        ({"notebook": {"shared": [SHARED]}}, False),
        ({"notebook": {"shared": [SHARED | {"groups": ["lab/vision"]}]}}, True),
        ({"profiles": [{"name": "A"}]}, False),
        ({"profiles": [{"name": "A"}, {"name": "B", "groups": ["lab/vision"]}]}, True),
    ],
    ids=str,
)
def test_groups_are_used_where_something_is_for_some_of_them(sections, used):
    assert Servers.model_validate(sections).uses_groups is used


def test_an_environment_that_no_server_can_have_is_told_as_advice():
    servers = Servers.model_validate(
        {"notebook": {"image": "a"}, "profiles": [{"name": "B", "image": "b"}]}
    )
    assert servers.images == ["b"], "all profiles say another"
    assert list(servers.advice_on(["a", "b"])) == [
        "images.environments.a is not built, as neither notebook.image nor a profile names it"
    ]
