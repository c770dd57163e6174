"""What a change of what is shared means for people."""

from typing import Any

import pytest

from tests.unit.labctl.note.hubs import said_of_settings


def share(target: str, source: str, *groups: str, read_only: bool = True) -> dict[str, Any]:
    shown = {"target": target, "source": source, "read_only": read_only}
    return shown | {"groups": list(groups) or None}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            [],
            [share("/data", "/srv/data")],
            ["People see `/data` from their next start on, and cannot change it."],
        ),
        (
            [share("/data", "/srv/data")],
            [share("/lab", "/srv/lab", "lab/a", "lab/b", read_only=False)],
            [
                "Members of `lab/a`, `lab/b` see `/lab` from their next start on, and can write "
                "there.",
                "People do not see `/data` any more, from their next start on; the files stay.",
            ],
        ),
        (
            [share("/data", "/srv/data"), share("/lab", "/srv/lab")],
            [share("/lab", "/srv/new", "lab"), share("/data", "/srv/data", read_only=False)],
            [
                "From their next start on, people see `/srv/new` instead of `/srv/lab` in `/lab`; "
                "the files stay.",
                "From their next start on, `/lab` is for members of `lab` instead of everyone.",
                "Whoever sees `/data` can write there, from their next start on.",
            ],
        ),
        ([share("/a", "/1"), share("/b", "/2")], [share("/b", "/2"), share("/a", "/1")], []),
    ],
)
def test_what_is_shared_is_told_by_its_place(old, new, expected):
    before, after = ({"notebook": {"shared": shared}} for shared in (old, new))
    assert said_of_settings(before, after) == expected
