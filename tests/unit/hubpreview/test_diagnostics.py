"""What the program, the engine and the policies say in a preview."""

import pytest

from hubpreview.preview import read
from tests.unit.hubpreview.events import END, STEPS, stream

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
