"""What a person reads last of an update."""

from pathlib import Path

import pytest

from labctl.up.outcome import failure, success
from labctl.up.progress import Progress


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_a_plan_refused_is_not_done_without_one(cancelled):
    plan = Path("plan.json")
    planned = failure(Progress(), "no", "lab", plan, cancelled=cancelled)
    assert "pulumi preview --save-plan plan.json)" in planned
    assert planned.endswith("\nand run: labctl up --stack lab --plan plan.json")
    unplanned = failure(Progress(), "no", "lab", None, cancelled=cancelled)
    assert unplanned.endswith(", run it again: labctl up --stack lab")


def test_a_refused_program_is_told_once_in_its_own_words():
    progress = Progress()
    exited = "an unhandled error occurred: program exited with non-zero exit code: 1"
    for severity, text in [
        ("error", "jupyterhub:network: gateway 10.0.0.1 is wrong\n"),
        ("error", f"{exited}\n"),
        ("info#err", "Traceback (most recent call last):\n\n"),
        ("info#err", '  File "exec", line 232, in <module>\n\n'),
        ("info#err", "KeyboardInterrupt\n\n"),
    ]:
        list(progress.take({"diagnosticEvent": {"severity": severity, "message": text}}))
    told = failure(progress, "", "lab", None, cancelled=False)
    assert told.startswith(
        "\nFailed:\n  jupyterhub:network: gateway 10.0.0.1 is wrong\n\nWhen the cause is gone"
    )


def test_a_program_without_our_makefile_is_not_sent_to_it(tmp_path, monkeypatch):
    said = success(Progress(stack="lab"), "")
    assert "Stop and remove it: make down STACK=lab (keeps data" in said
    monkeypatch.chdir(tmp_path)
    assert "make down" not in success(Progress(stack="lab"), "")
