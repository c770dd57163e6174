"""What a change of a resource means for people."""

import pytest

from hubpreview.changes import Operation
from tests.unit.labctl.note.hubs import part, said_of


@pytest.mark.parametrize(
    ("missing", "starts"),
    [
        (["hub-data", "hub-container"], ["The hub's database is missing: ", "The hub is missing"]),
        (["hub-data"], ["The hub's database is missing: unless its volume is still there, who"]),
        (["edge-container"], ["The edge, where TLS ends, starts: nobody reaches anything until"]),
        (["proxy-container"], ["The proxy is missing"]),
        (["docker-gate-container"], ["The hub has the engine through the docker gate, which lets"]),
        (["firewall-container"], ["A firewall starts: from then on notebooks reach the hub, the"]),
    ],
)
def test_what_was_removed_by_hand_of_a_hub_is_told(missing, starts):
    said = said_of(*(part(Operation.CREATE, name) for name in missing))
    assert [text.startswith(start) for text, start in zip(said, starts, strict=True)] == [
        True
    ] * len(starts)


@pytest.mark.parametrize(
    ("operation", "hub", "starts"),
    [
        (Operation.DELETE, [], ["The docker gate is removed: the hub has the engine's own socket"]),
        (
            Operation.REPLACE,
            [],
            ["The docker gate is replaced: no server starts or stops for some"],
        ),
        (Operation.REPLACE, [Operation.REPLACE], ["The hub restarts"]),
        (Operation.DELETE, [Operation.REPLACE], ["The hub restarts", "The docker gate is removed"]),
    ],
)
def test_what_happens_to_the_docker_gate_is_told_with_its_hub(operation, hub, starts):
    restart = [part(each, "hub-container") for each in hub]
    said = said_of(part(operation, "docker-gate-container"), *restart)
    assert [text[: len(start)] for text, start in zip(said, starts, strict=True)] == starts


def test_what_a_firewall_that_goes_leaves_open_is_told():
    [said] = said_of(part(Operation.DELETE, "firewall-container"))
    assert said.startswith("The firewall is removed: notebooks reach each other, the host's own")
