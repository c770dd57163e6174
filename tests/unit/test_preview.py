"""How labctl reads previews that have something missing, and whether they are worth a note."""

import json
from collections.abc import Mapping

import pytest
from typer.testing import CliRunner

from labctl.__main__ import app
from labctl.diagnostics import Message
from labctl.preview import Preview, PreviewError, read

STACK = {"op": "same", "urn": "urn:pulumi:lab::jupyterhub::pulumi:pulumi:Stack::jupyterhub-lab"}
UPDATE = {
    "op": "update",
    "urn": "urn:pulumi:lab::jupyterhub::docker:index/container:Container::web",
    "new": {"type": "docker:index/container:Container"},
}
DOCUMENT = {"steps": [STACK, UPDATE | {"newState": UPDATE["new"]}]}
STEPS = [{"resourcePreEvent": {"metadata": step}} for step in (STACK, UPDATE)]
END = {"summaryEvent": {"PolicyPacks": {"jupyterhub|local|/policy": "1"}}}
UNFINISHED = "Pulumi did not finish this preview: the job's log has what it said."

INTERRUPT = """Traceback (most recent call last):
  File "/opt/pulumi/pulumi-language-python-exec", line 232, in <module>
    loop.run_until_complete(coro)

  File "/srv/hub/.venv/lib/python3.11/site-packages/pulumi/runtime/rpc.py", line 1450, in x
           ^^^^^
KeyboardInterrupt
During handling of the above exception, another exception occurred:
Traceback (most recent call last):
  File "/opt/pulumi/pulumi-language-python-exec", line 244, in <module>
    executor.shutdown(wait=True)
KeyboardInterrupt
"""
"""As the official language host prints it when a plug-in has failed, a line in each event."""
EXITED = "an unhandled error occurred: program exited with non-zero exit code: 1\n"
"""As it says of every program that has failed."""


def said(severity: str, text: str) -> dict[str, dict[str, str]]:
    return {"diagnosticEvent": {"severity": severity, "message": text}}


def printed(text: str) -> list[dict[str, dict[str, str]]]:
    return [said("info#err", f"{line}\n\n") for line in text.splitlines()]


def stream(*events: Mapping[str, object]) -> str:
    return "".join(json.dumps({"sequence": 1, **event}) + "\n" for event in events)


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


def test_a_preview_without_output_is_told_of_the_stack_that_is_named(tmp_path, monkeypatch):
    (tmp_path / "Pulumi.yaml").write_text("name: physics # of the faculty\nruntime: python\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["note", "--print", "--stack", "lab"])
    assert done.stdout.startswith(
        "<!-- labctl note: physics/lab -->\n### Preview of `physics/lab`: "
    )
    assert UNFINISHED in done.stdout
    assert done.exit_code == 0


def test_a_preview_without_output_or_stack_is_refused():
    done = CliRunner().invoke(app, ["note", "--print"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "name it with --stack" in done.stderr


@pytest.mark.parametrize(
    ("events", "messages"),
    [
        ([said("error", "no engine\n"), *printed(INTERRUPT)], [("error", "no engine\n")]),
        (
            printed(f"starting\n{INTERRUPT}ending"),
            [("stderr", "starting\n\nending\n\n")],
        ),
        (
            [said("error", "gateway is wrong\n"), said("error", EXITED)],
            [("error", "gateway is wrong\n")],
        ),
        ([said("error", EXITED)], [("error", EXITED)]),
        (
            printed("Traceback (most recent call last):\n  File a\nKeyError: 1"),
            [("error", "Traceback (most recent call last):\n\n  File a\n\nKeyError: 1\n\n")],
        ),
    ],
)
def test_what_only_follows_from_a_failure_is_left_out(events, messages):
    found = read(stream(*STEPS, *events, END)).diagnostics
    assert [(one.severity, one.text) for one in found] == messages
