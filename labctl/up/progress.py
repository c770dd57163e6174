"""The progress of an update, read from the events of Pulumi's engine.

They have the form of `pulumi up --json`, one JSON object a line: sdk/go/common/apitype/events.go.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hubpreview.messages import build_step, readable
from hubpreview.names import in_words

from .work import Step, Work, begun

Event = dict[str, Any]


class Line(NamedTuple):
    """A line to show: what it is about, and what is said of that."""

    noun: str
    text: str


READING = Line("Reading", "settings, program and state")
"""The line that is shown first."""


@dataclass
class Progress:
    """What is done, under way and failed so far."""

    under_way: dict[str, Work] = field(default_factory=dict)
    """What is being done to resources, by URN."""
    done: Counter[str] = field(default_factory=Counter)
    """How many resources were created, built, …"""
    failed: dict[str, list[str]] = field(default_factory=dict)
    """The messages of errors, by noun and without duplicates."""
    containers: dict[str, str] = field(default_factory=dict)
    """The names on the engine of containers that could not be made, by noun."""
    missing: dict[str, str] = field(default_factory=dict)
    """The nouns, by URN, of resources that were removed and whose replacement is not made yet."""
    replaced: set[str] = field(default_factory=set)
    warned: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    """What the program printed, including its own error."""
    stack: str = ""
    url: str | None = None
    standin: bool = False

    @property
    def phase(self) -> str:
        """The first phase that has something under way."""
        phases = {work.phase for work in self.under_way.values()}
        order = ("Images", "Network", "Services")
        between = "Deploying" if self.done else READING.noun
        return next((phase for phase in order if phase in phases), between)

    @property
    def tally(self) -> str:
        """What is done, such as `2 built, 1 replaced`."""
        return ", ".join(f"{number} {verb}" for verb, number in sorted(self.done.items()))

    def take(self, event: Event) -> Iterator[Line]:
        """Take in an event; yield the lines to show for it."""
        match event:
            case {"resourcePreEvent": {"metadata": step}}:
                self._begins(step)
            case {"resOutputsEvent": {"metadata": step}}:
                yield from self._ends(step)
            case {"resOpFailedEvent": {"metadata": {"urn": urn}}}:
                self._fails(urn)
            case {"diagnosticEvent": message}:
                yield from self._hears(message)

    def _begins(self, step: Step) -> None:
        _, _, self.stack, *_ = step["urn"].split(":")
        self.standin |= step["type"].endswith(":GitLabStandin")
        if work := begun(step):
            self.under_way[step["urn"]] = work

    def _ends(self, step: Step) -> Iterator[Line]:
        urn, operation = step["urn"], step["op"]
        if step["type"] == "pulumi:pulumi:Stack":
            self.url = ((step.get("new") or {}).get("outputs") or {}).get("url")
        work = self.under_way.pop(urn, None)
        if work and operation == "delete-replaced":
            if urn not in self.replaced:
                self.missing[urn] = work.noun
        elif work:
            self.replaced.add(urn)
            self.missing.pop(urn, None)
            self.done[work.verb] += 1
            took = f" ({work.seconds} s)" if work.seconds else ""
            yield Line(work.noun, f"{work.verb}{took}")

    def _fails(self, urn: str) -> None:
        work = self.under_way.pop(urn, None)
        self.failed.setdefault(in_words(urn), [])
        if work:
            # The official plug-in's error does not say what a build printed.
            self.add_output(work.noun, tuple(work.output))
            if work.container:
                self.containers[work.noun] = work.container

    def add_output(self, noun: str, lines: Sequence[str]) -> None:
        """Add output to the messages of a failure, unless one of them has its last line already."""
        errors = self.failed[noun]
        if lines and not any(lines[-1] in error for error in errors):
            errors.append("\n".join(lines))

    def _hears(self, message: dict[str, Any]) -> Iterator[Line]:
        urn, text = message.get("urn", ""), message["message"].strip("\n")
        match message["severity"]:
            case "error":
                known = self.failed.setdefault(in_words(urn) if urn else "", [])
                if (text := readable(text)) not in known:
                    known.append(text)
            case "warning" if text not in self.warned:
                self.warned.add(text)
                yield Line("warning", f"{in_words(urn)}: {text}" if urn else text)
            case "info" | "info#err" if urn not in self.under_way and text.strip():
                if not message.get("ephemeral"):
                    self.said.append(text)
            case _ if urn in self.under_way:
                self._proceeds(self.under_way[urn], text)

    def _proceeds(self, work: Work, text: str) -> None:
        if work.phase == "Images":
            detail = build_step(text)
            # The official plug-in names each layer's digest, which says nothing to a person.
            said = (line for line in text.splitlines() if not line.startswith("digest: "))
            work.output.extend(said)
        else:
            detail = text.partition("\n")[0]
        if detail not in ("", work.detail):
            work.detail, work.detail_since = detail, time.monotonic()
