"""What the program, the engine and the policies say in a preview."""

import re
from dataclasses import dataclass, replace

from .messages import reasons, without_interrupts
from .secrecy import redacted

RANKS = {"error": 0, "mandatory": 0, "warning": 1}
"""Ranks of severities, the most serious first; other severities come last."""
COLOURS = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")
"""Marks of colours: those in the engine's events, and the escape sequences of terminals."""


@dataclass(frozen=True)
class Message:
    """A message of the program, the engine or a policy, and the names of what it is about."""

    severity: str
    """`error`, `warning`, `info`, `stderr`; a policy's `mandatory`, `advisory`, …"""
    about: tuple[str, ...]
    text: str

    @property
    def serious(self) -> bool:
        """Whether the message makes a preview fail."""
        return RANKS.get(self.severity) == 0


def add(messages: list[Message], said: Message) -> None:
    """Add a diagnostic to messages, unless it is for debugging.

    A program's stderr arrives line by line, and becomes one message.
    """
    if messages and said.severity == "info#err" and messages[-1].severity == said.severity:
        said = replace(said, text=messages.pop().text + said.text)
    if said.severity != "debug":
        messages.append(said)


def telling(messages: list[Message]) -> list[Message]:
    """Return the messages that a person needs, the most serious first, without secrets."""
    told = sorted(map(_safe, messages), key=_order)
    errors = reasons([message.text for message in told if message.serious])
    return [one for one in told if one.text and (one.text in errors or not one.serious)]


def _order(said: Message) -> tuple[int, tuple[str, ...]]:
    return RANKS.get(said.severity, len(RANKS)), said.about


def _safe(said: Message) -> Message:
    """Return a message without secrets, colours and a prefix that repeats its severity."""
    text, severity = redacted(without_interrupts(COLOURS.sub("", said.text))), said.severity
    if severity == "info#err":  # as Pulumi calls stderr
        severity = "error" if text.startswith(("error:", "Traceback")) else "stderr"
    return Message(severity, said.about, text.removeprefix(f"{severity}: "))
