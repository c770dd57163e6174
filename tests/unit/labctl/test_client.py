"""The `docker` command, for the engine of a stack."""

import json

import pytest

from labctl.stack import StackError
from tests.unit.labctl.stacks import engine, program


def test_why_docker_fails_is_told_without_its_advice_and_without_secrets(tmp_path, monkeypatch):
    said = json.dumps("No such image: a\\ntoken=s3cr3t\\n\\nRun 'docker run --help' for more")
    program(tmp_path, "docker", f"#!/bin/sh\nprintf {said} >&2\nexit 125\n", monkeypatch)
    with pytest.raises(StackError) as told:
        engine().run("a-volume:/from:ro", "true")
    assert str(told.value) == "a-volume: docker run says No such image: a; token=[secret]"
