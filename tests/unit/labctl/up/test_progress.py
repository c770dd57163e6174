"""Where an update is, from the events of Pulumi's engine."""

import pytest

from labctl.up.progress import Progress

CONTAINER = "docker:index/container:Container"
HUB = f"urn:pulumi:dev::jupyterhub::jupyterhub:index:Hub${CONTAINER}::hub-container"


def test_a_message_is_told_once():
    progress = Progress()
    warning = {"diagnosticEvent": {"urn": HUB, "severity": "warning", "message": "old key\n"}}
    error = {"diagnosticEvent": {"urn": HUB, "severity": "error", "message": "no such host\n"}}
    told = [line for event in [warning, warning, error, error] for line in progress.take(event)]
    assert told == [("warning", "hub container: old key")]
    assert progress.failed == {"hub container": ["no such host"]}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("make: no rule", ["make: no rule"]),
        ("exit code: 2", ["exit code: 2", "#7 [2/3] RUN make\nmake: no rule"]),
    ],
)
def test_a_build_that_failed_tells_its_last_lines_once(error, told):
    image = "urn:pulumi:dev::jupyterhub::docker:index/image:Image::hub-build"
    step = {"metadata": {"op": "create", "urn": image, "type": "docker:index/image:Image"}}
    log = {"severity": "info", "message": "#7 [2/3] RUN make\nmake: no rule\n", "ephemeral": True}
    progress = Progress()
    for event in (
        {"resourcePreEvent": step},
        {"diagnosticEvent": {"urn": image, **log}},
        {"diagnosticEvent": {"urn": image, "severity": "error", "message": error}},
        {"resOpFailedEvent": step},
    ):
        list(progress.take(event))
    assert list(progress.failed.values()) == [told]


@pytest.mark.parametrize(
    ("operations", "missing"),
    [
        (["delete-replaced"], ["hub container"]),
        (["delete-replaced", "create-replacement"], []),
        (["create-replacement", "delete-replaced"], []),
    ],
)
def test_what_was_removed_for_a_replacement_is_missing_until_it_is_made(operations, missing):
    progress = Progress()
    for operation in operations:
        step = {"op": operation, "urn": HUB, "type": CONTAINER}
        for event in ("resourcePreEvent", "resOutputsEvent"):
            list(progress.take({event: {"metadata": step}}))
    assert list(progress.missing.values()) == missing
