"""What people will notice of changes that are rare, many, or of several hubs."""

import pytest

from hubconfig.servers import MIB
from hubpreview.changes import Change, Operation
from hubpreview.differences import Difference
from labctl.note.consequences import consequences
from tests.unit.labctl.note.hubs import PARTS, part, port, said_of


@pytest.mark.parametrize("prefix", ["", "physics-"])
def test_people_of_any_program_are_told(prefix):
    memory = Difference(
        "containers.json.servers[].container.HostConfig.Memory", 1024 * MIB, 2048 * MIB
    )
    changes = [
        part(Operation.REPLACE, "hub-data", prefix=prefix),
        part(Operation.REPLACE, "network-bridge", prefix=prefix),
        part(Operation.REPLACE, "hub-container", memory, prefix=prefix),
        part(Operation.CREATE, "network-bridge", prefix="another-"),
    ]
    said = [each.text for each in consequences(changes, "7 running servers")]
    starts = (
        "The hub's database stays behind",
        "The network is replaced",
        "A server may use `2048`",
    )
    assert len(said) == len(starts)
    assert [
        text for text, start in zip(said, starts, strict=True) if text.startswith(start)
    ] == said


def whole_hub(operation: Operation, prefix: str) -> list[Change]:
    return [part(operation, name, prefix=prefix) for name in PARTS if name != "lab-build"]


def test_of_two_hubs_one_can_come():
    restart = part(Operation.REPLACE, "hub-container", prefix="biology-")
    said = said_of(*whole_hub(Operation.CREATE, "physics-"), restart)
    assert said[0].startswith("The hub restarts")
    [new] = said[1:]
    assert new.startswith("The hub is new, or comes back to volumes that stayed: nobody uses it")


def test_of_two_hubs_one_can_go():
    restart = part(Operation.REPLACE, "hub-container", prefix="biology-")
    said = said_of(*whole_hub(Operation.DELETE, "physics-"), restart)
    starts = ("The hub is removed. Its database", "The network is deleted", "The hub restarts")
    assert [text.startswith(start) for text, start in zip(said, starts, strict=True)] == [True] * 3


def test_where_the_hub_is_without_the_edge_is_told():
    said = said_of(
        part(Operation.DELETE, "edge-container"),
        part(Operation.REPLACE, "proxy-container", Difference("ports", [], [port(8000)])),
    )
    assert [text.partition(":")[0] for text in said] == [
        "The proxy is replaced",
        "The edge is removed",
        "The host's ports on which the proxy is published",
    ]


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (
            Operation.UPDATE,
            ["The hub may use `2048` MiB of memory instead of `1024`; it keeps run"],
        ),
        (
            Operation.REPLACE,
            ["The hub restarts: ", "The hub may use `2048` MiB of memory instead of `1024`."],
        ),
    ],
)
def test_what_restarts_does_not_keep_running(operation, said):
    texts = said_of(part(operation, "hub-container", Difference("memory", 1024, 2048)))
    assert [text[: len(start)] for text, start in zip(texts, said, strict=True)] == said
