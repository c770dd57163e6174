"""The note's text: what a reviewer has to know of a preview."""

import json

import pytest
from markdown_it import MarkdownIt

from hubpreview.changes import Change, Operation
from hubpreview.diagnostics import Message
from hubpreview.differences import Difference
from hubpreview.preview import Preview, read
from labctl.note.text import note
from tests.unit.labctl.note.hubs import part
from tests.unit.labctl.note.nasty import NASTY

LONGEST_NOTE = 50_000
ADVICE = Message("advisory", ("containers-come-back", "hub"), "restart is no")
ORDER = Message("mandatory", ("someone-may-sign-in", "hub"), "none allows anybody")
ERROR = Message("error", ("",), "preview failed")


def change(number: int, operation: Operation) -> Change:
    differences = tuple(Difference(value, value, f"{value}.") for value in NASTY)
    urn = f"urn:pulumi:lab::jupyterhub::docker:index/container:Container::thing-{number}"
    kind = "docker:index/container:Container"
    return Change(operation, urn, kind, differences, unknown=tuple(NASTY))


def test_an_enormous_note_is_cut_between_its_items():
    network = part(Operation.CREATE, "network-bridge")
    people = Difference("settings.json.gitlab.allowed_users", [], [f"user{n}" for n in range(5000)])
    hub = part(Operation.UPDATE, "hub-container", people)
    text = "\n".join(NASTY * 100)
    enormous = Preview(
        "jupyterhub/lab",
        changes=[network, hub, *(change(n, Operation.UPDATE) for n in range(40))],
        diagnostics=[Message("error", ("a", value), text) for value in NASTY],
        findings=[Message("mandatory", ("rule", value), text) for value in NASTY],
    )
    written = note(enormous, "")
    assert len(written) < LONGEST_NOTE
    for left_out in ("more rows", "more lines", "- … and ", "and 4980 more"):
        assert left_out in written
    assert "user0" in written
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(written)
    for tag in ("details", "table", "ul", "code", "strong"):
        assert html.count(f"<{tag}>") == html.count(f"</{tag}>") > 0
    assert html.count("<table>") == 1
    assert not [line for line in written.splitlines() if line.startswith("/")]


@pytest.mark.parametrize(
    ("preview", "title"),
    [
        (Preview("a/b", diagnostics=[ERROR]), "it failed"),
        (Preview("a/b", [change(1, Operation.UPDATE)], [ERROR]), "1 updated, it failed"),
        (Preview("a/b", findings=[ADVICE]), "nothing changes"),
    ],
)
def test_a_title_says_how_the_preview_ended(preview, title, monkeypatch):
    monkeypatch.setattr("labctl.note.text._servers", lambda _: ("running servers", "None runs."))
    preview.policies = ["jupyterhub"]
    [first, *_] = note(preview, "").splitlines()
    assert first == f"### Preview of `a/b`: {title}"
    assert "found nothing" not in note(preview, "")


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [
        (["read_user", "read_api"], ["read_user"], ('["read_user", "read_api"]', '["read_user"]')),
        (["a", "b"], ["b", "a"], ('["a", "b"]', '["b", "a"]')),
        ([], ["a"], ("[]", '["a"]')),
        (["x" * 300, "a"], ["x" * 300, "b"], ('["a", "…"]', '["b", "…"]')),
        (["x" * 300, "a"], ["x" * 300], ('["a", "…"]', '["…"]')),
    ],
)
def test_a_list_is_shown_whole_where_it_is_short(old, new, cells, monkeypatch):
    monkeypatch.setattr("labctl.note.text._servers", lambda _: ("running servers", "None runs."))
    changed = part(Operation.UPDATE, "proxy-container", Difference("command", old, new))
    written = note(Preview("a/b", [changed]), "")
    assert f"| `command` | `{cells[0]}` | `{cells[1]}` |" in written


def test_what_is_mandatory_comes_first():
    many = [Message("advisory", ("a-rule", str(number)), "x" * 500) for number in range(50)]
    events = [
        {
            "sequence": 1,
            "policyEvent": {
                "policyName": said.about[0],
                "resourceUrn": f"::{said.about[1]}",
                "enforcementLevel": said.severity,
                "message": said.text,
            },
        }
        for said in [*many, ORDER]
    ]
    written = note(read("".join(map(json.dumps, events)), "a/b"), "")
    assert "- **mandatory**, `someone-may-sign-in`, `hub`" in written
    assert "… and " in written
