"""Reads what `pulumi preview --json` prints.

That has one of two forms: a single document (pulumi's pkg/backend/display/json.go), which leaves
policies out, or, with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true, a stream of events
(sdk/go/common/apitype/events.go), which has them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .changes import OPERATIONS, Change, Operation, change_of
from .diagnostics import Message, add, telling

UNFINISHED = "Pulumi did not finish this preview: the job's log has what it said."


class PreviewError(ValueError):
    """The text is no preview, or does not tell of which stack it is."""


@dataclass
class Preview:
    """A stack's preview; `stack` is `<project>/<stack>`."""

    stack: str = ""
    changes: list[Change] = field(default_factory=list)
    diagnostics: list[Message] = field(default_factory=list)
    findings: list[Message] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the preview failed, and so does not show all that would change."""
        return any(message.serious for message in self.diagnostics)

    @property
    def empty(self) -> bool:
        """Whether there is nothing that a reviewer has to know.

        Findings that are only advice do not count: without a change, they are as before.
        """
        broken = any(message.serious for message in self.findings)
        return not (self.changes or self.failed or broken)


def read(text: str, stack: str = "") -> Preview:
    """Return the preview in a text of either form; raise `PreviewError` for anything else.

    `stack` is for a text that does not name its stack. If Pulumi printed nothing, or stopped before
    the end, the preview has an error that says so.
    """
    preview, ended = Preview(stack), False
    try:
        for kind, event in _events(text):
            ended |= kind == "summaryEvent"
            _add(preview, kind, event)
    except (TypeError, AttributeError, KeyError) as error:
        msg = "this is not what pulumi preview --json prints"
        raise PreviewError(msg) from error
    if not preview.stack:
        msg = "it names no stack: name it with --stack, and see what pulumi said on stderr"
        raise PreviewError(msg)
    if not ended:
        preview.diagnostics.append(Message("error", (), UNFINISHED))
    # Pulumi works on several resources at once, so its order differs every time.
    preview.changes.sort(key=lambda one: (list(Operation).index(one.operation), one.urn))
    preview.diagnostics = telling(preview.diagnostics)
    preview.findings = telling(preview.findings)
    return preview


def _events(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the events of either form, each with its kind; the last of all is a `summaryEvent`."""
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        try:
            document, end = decoder.raw_decode(text)
        except json.JSONDecodeError:
            return  # cut off
        text = text[end:]
        if "sequence" in document:
            yield from ((kind, event) for kind, event in document.items() if kind.endswith("Event"))
            continue
        for step in document.get("steps") or []:
            states = {"old": step.get("oldState"), "new": step.get("newState")}
            yield "resourcePreEvent", {"metadata": step | states}
        for diagnostic in document.get("diagnostics") or []:
            yield "diagnosticEvent", diagnostic
        yield "summaryEvent", {}


def _add(preview: Preview, kind: str, event: dict[str, Any]) -> None:
    if kind == "resourcePreEvent":
        step = event["metadata"]
        stack, project = step["urn"].removeprefix("urn:pulumi:").split("::")[:2]
        preview.stack = f"{project}/{stack}"
        if step["op"] in OPERATIONS:
            preview.changes.append(change_of(step))
    elif kind == "diagnosticEvent" and not event.get("ephemeral"):
        said = Message(event["severity"], (_name(event.get("urn")),), event["message"])
        add(preview.diagnostics, said)
    elif kind == "policyEvent":
        about = (event["policyName"], _name(event.get("resourceUrn")))
        preview.findings.append(Message(event["enforcementLevel"], about, event["message"]))
    elif kind == "summaryEvent":
        # A local pack's name is `<name>|local|<folder>`.
        preview.policies = [pack.partition("|")[0] for pack in event.get("PolicyPacks") or {}]


def _name(urn: str | None) -> str:
    return (urn or "").rpartition("::")[2]
