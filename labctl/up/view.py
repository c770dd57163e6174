"""Shows an update's progress: lines that stay, and on a terminal what is under way below them."""

import os
import sys
import time
from textwrap import shorten
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from .progress import READING, Progress

NOUN_WIDTH = 25
"""As in `step` of bootstrap/lib.sh, whose lines precede these in `make up`."""
STEP_WIDTH = 90
STEP_SECONDS = 3
"""Steps that take less are not worth a line."""


class Lines:
    """A view for logs: a line for each thing that is done, and for each step that takes long."""

    def __init__(self, console: Console) -> None:
        self.console = console
        # In `make up`, the seconds are counted from the start of the scripts.
        self.started = float(os.environ.get("JUPYTERHUB_STARTED", time.time()))
        self._told: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.tell(*READING)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the lines as they are."""

    def tell(self, noun: str, text: str) -> None:
        """Print a line, with the seconds since the start."""
        for part in text.splitlines() or [""]:
            self.console.print(self._line(f"[{self._seconds:3d} s]", noun, part), soft_wrap=True)

    def refresh(self, progress: Progress) -> None:
        """Show what is under way; called several times a second."""
        for urn, work in list(progress.under_way.items()):
            lasting = time.monotonic() - work.detail_since > STEP_SECONDS
            if work.detail and lasting and self._told.get(urn) != work.detail:
                self._told[urn] = work.detail
                self.tell(work.noun, f"… {shorten(work.detail, STEP_WIDTH, placeholder=' …')}")

    @property
    def _seconds(self) -> int:
        return int(time.time() - self.started)

    @staticmethod
    def _line(time: str, noun: str, text: str) -> Text:
        return Text.assemble((time, "dim"), " ", (f"{noun:<{NOUN_WIDTH}}", "bold"), " ", text)


class Screen(Lines):
    """A view for terminals: the same lines, without steps, and below them what is under way."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take away what was under way."""
        self._live.stop()

    def refresh(self, progress: Progress) -> None:
        """Draw what is under way anew."""
        rows = [
            self._line(f" {work.seconds:3d} s ", work.noun, work.detail)
            for work in progress.under_way.values()
        ]
        counts = filter(None, [progress.tally, f"{len(rows)} under way" if rows else ""])
        text = ", ".join(counts) or READING.text
        rows.append(self._line(f"[{self._seconds:3d} s]", progress.phase, text))
        for row in rows:
            row.truncate(self.console.width, overflow="ellipsis")
        self._live.update(Group(*rows), refresh=True)


def view() -> Lines:
    """Return the view that suits standard output."""
    console = Console(highlight=False)
    plain = console.is_dumb_terminal or console.no_color or not sys.stdout.isatty()
    return Lines(console) if plain else Screen(console)
