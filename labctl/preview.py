"""What `pulumi preview --json` says would change.

It has two forms, and both are read: one document (pulumi's pkg/backend/display/json.go), which
leaves policies out, and a stream of events with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true
(sdk/go/common/apitype/events.go), which has them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from .changes import OPERATIONS, Change, Operation, change_of
from .secrecy import redacted

RANKS = {"error": 0, "mandatory": 0, "warning": 1}
"""Of severities, most serious first; others come last."""
UNFINISHED = "Pulumi did not finish this preview: the job's log has what it said."
COLOURS = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")
"""How the engine marks colours in its events, and terminals' own."""


class PreviewError(ValueError):
    """The text is no preview, or nobody knows of which stack."""


@dataclass(frozen=True)
class Message:
    """What the program, the engine or a policy says about what, such as a resource."""

    severity: str
    """`error`, `warning`, `info`, `stderr`; a policy's `mandatory`, `advisory`, …"""
    about: tuple[str, ...]
    text: str

    @property
    def serious(self) -> bool:
        """Tell whether it fails a preview."""
        return RANKS.get(self.severity) == 0


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
        """Tell whether this is not all that would change."""
        return any(message.serious for message in self.diagnostics)

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing that a reviewer has to know: advice alone is as before."""
        broken = any(message.serious for message in self.findings)
        return not (self.changes or self.failed or broken)


def read(text: str, stack: str = "") -> Preview:
    """Read either form, of `stack` where it does not say; raise `PreviewError` for anything else.

    Where Pulumi printed nothing, or stopped before the end, the preview has an error that says so.
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
    # Pulumi works on several resources at once, so its order is another every time.
    preview.changes.sort(key=lambda one: (list(Operation).index(one.operation), one.urn))
    preview.diagnostics = sorted(map(_safe, preview.diagnostics), key=_order)
    preview.findings = sorted(map(_safe, preview.findings), key=_order)
    return preview


def _order(said: Message) -> tuple[int, tuple[str, ...]]:
    return RANKS.get(said.severity, len(RANKS)), said.about


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
        _say(preview.diagnostics, said)
    elif kind == "policyEvent":
        about = (event["policyName"], _name(event.get("resourceUrn")))
        preview.findings.append(Message(event["enforcementLevel"], about, event["message"]))
    elif kind == "summaryEvent":
        # A local pack's name is `<name>|local|<folder>`.
        preview.policies = [pack.partition("|")[0] for pack in event.get("PolicyPacks") or {}]


def _name(urn: str | None) -> str:
    return (urn or "").rpartition("::")[2]


def _say(messages: list[Message], said: Message) -> None:
    """Add a diagnostic; a program's stderr arrives line by line."""
    if messages and said.severity == "info#err" and messages[-1].severity == said.severity:
        said = replace(said, text=messages.pop().text + said.text)
    if said.severity != "debug":
        messages.append(said)


def _safe(said: Message) -> Message:
    """Return a message without secrets and without what its severity says already."""
    text, severity = redacted(COLOURS.sub("", said.text)), said.severity
    if severity == "info#err":  # as Pulumi calls stderr
        severity = "error" if text.startswith(("error:", "Traceback")) else "stderr"
    return Message(severity, said.about, text.removeprefix(f"{severity}: "))
