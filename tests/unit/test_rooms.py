"""The border between the rooms, which docs/code.md draws.

The configuration knows no Pulumi and no other room; components and previews know the configuration;
labctl and policy know all three, and nobody knows them; images know none of them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ALL_THREE = {"hubconfig", "hubpreview", "components"}
KNOWN = {
    "hubconfig": set[str](),
    "hubpreview": {"hubconfig"},
    "components": {"hubconfig"},
    "labctl": ALL_THREE,
    "policy": ALL_THREE,
    "images": set[str](),
    **dict.fromkeys(("__main__.py", "bootstrap", "examples", "offline"), ALL_THREE),
    "benchmarks": ALL_THREE | {"offline", "tests"},
}
"""What each room may know."""


def imports(room: str) -> Iterator[tuple[str, str]]:
    """Yield each file of a room with each module that it imports by a whole name."""
    for file in Path(room).rglob("*.py") if Path(room).is_dir() else [Path(room)]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from ((str(file), alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield str(file), node.module


@pytest.mark.parametrize("room", KNOWN)
def test_a_room_knows_only_the_rooms_below_it(room):
    strange = {"tests", *KNOWN} - KNOWN[room] - {room}
    assert [one for one in imports(room) if one[1].partition(".")[0] in strange] == []


@pytest.mark.parametrize(
    ("package", "room"),
    [
        *(("pulumi", room) for room in ("hubconfig", "images")),
        *(("typer", room) for room in KNOWN if room != "labctl"),
    ],
)
def test_a_room_knows_no_package_that_is_for_others(package, room):
    assert [one for one in imports(room) if one[1].startswith(package)] == []


def test_every_folder_with_python_in_it_is_a_room():
    folders = {path.parts[0] for path in Path().glob("[!.]*/**/*.py")}
    assert folders - {"tests"} <= KNOWN.keys()
