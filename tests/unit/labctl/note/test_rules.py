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
    ],
)
def test_what_was_removed_by_hand_of_a_hub_is_told(missing, starts):
    said = said_of(*(part(Operation.CREATE, name) for name in missing))
    assert [text.startswith(start) for text, start in zip(said, starts, strict=True)] == [
        True
    ] * len(starts)
