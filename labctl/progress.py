"""Where an update is, from the events of Pulumi's engine.

Their form is that of `pulumi up --json`, one JSON object a line: sdk/go/common/apitype/events.go.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .messages import build_step, readable
from .names import in_words
from .work import Step, Work, begun

Event = dict[str, Any]
Line = tuple[str, str]
"""A thing and what became of it."""

READING: Line = ("Reading", "settings, program and state")
"""What comes first."""


@dataclass
class Progress:
    """What is done, under way and failed so far."""

    under_way: dict[str, Work] = field(default_factory=dict)
    """By URN."""
    done: Counter[str] = field(default_factory=Counter)
    """How many resources were created, built, …"""
    failed: dict[str, list[str]] = field(default_factory=dict)
    """Messages by noun, without duplicates."""
    containers: dict[str, str] = field(default_factory=dict)
    """Names on the engine of containers that could not be made, by noun."""
    missing: dict[str, str] = field(default_factory=dict)
    """Nouns by URN: removed for a replacement that is not made yet."""
    replaced: set[str] = field(default_factory=set)
    warned: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    """What the program printed, and its own error, by lines."""
    stack: str = ""
    url: str | None = None
    standin: bool = False

    @property
    def phase(self) -> str:
        """The first phase that has something under way."""
        phases = {work.phase for work in self.under_way.values()}
        order = ("Images", "Network", "Services")
        between = "Deploying" if self.done else READING[0]
        return next((phase for phase in order if phase in phases), between)

    @property
    def tally(self) -> str:
        """What is done, such as `2 built, 1 replaced`."""
        return ", ".join(f"{number} {verb}" for verb, number in sorted(self.done.items()))

    def take(self, event: Event) -> Iterator[Line]:
        """Take in an event; yield what it is worth telling."""
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
        self.stack = step["urn"].split(":")[2]
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
            yield work.noun, f"{work.verb} ({work.seconds} s)" if work.seconds else work.verb

    def _fails(self, urn: str) -> None:
        work = self.under_way.pop(urn, None)
        self.failed.setdefault(in_words(urn), [])
        if work:
            # The official plug-in's error does not say what a build printed.
            self.add_output(work.noun, tuple(work.output))
            if work.container:
                self.containers[work.noun] = work.container

    def add_output(self, noun: str, lines: Sequence[str]) -> None:
        """Add to what is said of a failure what it printed, unless the errors have that already."""
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
                yield "warning", f"{in_words(urn)}: {text}" if urn else text
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
