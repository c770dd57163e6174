"""Signals that end a command after it has cleaned up."""

import signal
from types import FrameType
from typing import NoReturn

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_once() -> None:
    """Let the first signal of `ENDS` raise `KeyboardInterrupt`, and ignore those that follow.

    So nothing interrupts the clean-up after the first one.
    """

    def interrupt(*_: int | FrameType | None) -> NoReturn:
        for number in ENDS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in ENDS:
        signal.signal(number, interrupt)
