"""The hub of a stack, asked through its own API."""

import pytest
import requests

from labctl.hub import Hub, HubUnreachableError
from tests.unit.labctl.stacks import program


@pytest.mark.parametrize(
    ("script", "seconds", "said"),
    [
        (
            "echo 'error: postgres://ada:s3cr3t@pw@db.org/state: refused' >&2; exit 1",
            60,
            r"says postgres://\[secret\]@db\.org/state: refused",
        ),
        ("exec sleep 60", 0.1, r"says nothing within 0\.1 s"),
    ],
)
def test_why_pulumi_does_not_name_the_hub_holds_no_secret(
    tmp_path, monkeypatch, script, seconds, said
):
    program(tmp_path, "pulumi", f"#!/bin/sh\n{script}\n", monkeypatch)
    monkeypatch.setattr("labctl.stack.PULUMI_SECONDS", seconds)
    with pytest.raises(HubUnreachableError, match=said) as told:
        Hub.of_stack("jupyterhub/lab")
    assert "s3cr3t" not in str(told.value)


def test_outputs_that_the_stack_has_not_are_named(tmp_path, monkeypatch):
    outputs = '#!/bin/sh\necho \'{"physics": "http://localhost"}\'\n'
    program(tmp_path, "pulumi", outputs, monkeypatch)
    with pytest.raises(HubUnreachableError, match=r"no output url and no output hub_api_token$"):
        Hub.of_stack("two-hubs/dev")


@pytest.mark.parametrize(
    "body", ['{"items": []}', '{"status": "ok"}', "[]", "7", "<html>", '{"items": [{}]}']
)
def test_what_is_no_hub_is_told(monkeypatch, body):
    answer = requests.Response()
    answer.status_code, answer._content = 200, body.encode()
    monkeypatch.setattr("requests.get", lambda *_, **__: answer)
    with pytest.raises(HubUnreachableError, match="http://hub answers something else than Jupyter"):
        Hub("http://hub", "token").running_servers()
    with pytest.raises(HubUnreachableError, match="http://hub answers something else than Jupyter"):
        Hub("http://hub", "token").ending("ada")
