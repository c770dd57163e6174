"""Signals that end a command, and what it then still does."""

import signal
from types import FrameType
from typing import NoReturn

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_once() -> None:
    """From here on, the first of `ENDS` raises `KeyboardInterrupt`; others are ignored.

    So what puts things right afterwards comes to its end.
    """

    def interrupt(*_: int | FrameType | None) -> NoReturn:
        for number in ENDS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in ENDS:
        signal.signal(number, interrupt)
