"""What a command still does after the signal that ends it."""

import subprocess
import sys

import pytest

INTERRUPTED = """
import os, signal
from labctl.interrupts import ENDS, interrupt_once
interrupt_once()
try:
    os.kill(os.getpid(), signal.{name})
except KeyboardInterrupt:
    for number in ENDS:
        os.kill(os.getpid(), number)
    print("put right")
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_what_an_interrupted_command_puts_right_is_not_interrupted(name):
    script = INTERRUPTED.format(name=name)
    assert subprocess.check_output([sys.executable, "-c", script]) == b"put right\n"
