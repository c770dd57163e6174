"""What a change of groups' limits of GPUs means for people."""

import pytest

from tests.unit.labctl.note.hubs import said_of_settings

A, B = {"group": "lab.org/a", "gpus": 2}, {"group": "lab/secrets", "gpus": 3}
SAID = (
    "GPUs that members of `{}` may lease at a time together: {} instead of {}. "
    "Servers that run keep theirs."
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [A], [("lab.org/a", "`2`", "any number")]),
        ([A], [], [("lab.org/a", "any number", "`2`")]),
        ([A, B], [A, B | {"gpus": 0}], [("lab/secrets", "`0`", "`3`")]),
        ([B], [A], [("lab.org/a", "`2`", "any number"), ("lab/secrets", "any number", "`3`")]),
        ([A, B], [B, A], []),
        (None, [], []),
        (None, [A, B], [("lab.org/a", "`2`", "any number"), ("lab/secrets", "`3`", "any number")]),
    ],
)
def test_each_groups_limit_is_told(old, new, expected):
    before = {} if old is None else {"gpu_limits": old}
    said = said_of_settings(before, {"gpu_limits": new})
    assert said == [SAID.format(*each) for each in expected]
