"""Previews that have something missing, and whether they are worth a note."""

import json

import pytest

from hubpreview.diagnostics import Message
from hubpreview.preview import Preview, PreviewError, read
from tests.unit.hubpreview.events import DOCUMENT, END, STEPS, stream

UNFINISHED = "Pulumi did not finish this preview: the job's log has what it said."


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (stream(*STEPS), 1),
        (stream(*STEPS)[:-40], 0),
        (stream(*STEPS, END)[:-9], 1),
        (stream(STEPS[0]), 0),
        ('{"steps": [{"op": "upd', 0),
        ("", 0),
        ("panic: no JSON\n", 0),
    ],
)
def test_a_preview_that_is_cut_off_failed(text, changes):
    preview = read(text, "jupyterhub/lab")
    assert preview.stack == "jupyterhub/lab"
    assert len(preview.changes) == changes
    assert preview.diagnostics == [Message("error", (), UNFINISHED)]
    assert (preview.failed, preview.empty) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        stream(*STEPS, END),
        json.dumps(DOCUMENT),
        stream(END, *STEPS),
    ],
)
def test_a_whole_preview_has_an_end(text):
    preview = read(text)
    assert (preview.stack, len(preview.changes)) == ("jupyterhub/lab", 1)
    assert (preview.failed, preview.empty) == (False, False)


@pytest.mark.parametrize("text", ["", "panic", stream(END), "{}"])
def test_a_preview_of_no_stack_is_refused(text):
    with pytest.raises(PreviewError, match="it names no stack: name it with --stack"):
        read(text)


@pytest.mark.parametrize("text", ["[1]", '{"steps": 1}', '{"steps": [{"op": "same"}]}'])
def test_what_is_no_preview_is_refused(text):
    with pytest.raises(PreviewError, match="not what pulumi preview --json prints"):
        read(text, "jupyterhub/lab")


@pytest.mark.parametrize(
    ("severity", "empty"),
    [("error", False), ("mandatory", False), ("advisory", True), ("warning", True)],
)
def test_advice_alone_is_worth_no_note(severity, empty):
    said = [Message(severity, ("a",), "b")]
    findings = said if severity in {"mandatory", "advisory"} else []
    assert Preview("a/b", [], [] if findings else said, findings).empty is empty
