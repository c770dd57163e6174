"""The container between the hub and the engine."""

import json

from tests.hub_modules import STACK
from tests.unit.stack_files import CONFIG, changed

SHARED = [
    {"source": f"/srv/data/{number}", "target": f"/data/{number}", "groups": ["lab"]}
    for number in range(80)
]
PROFILES = [{"name": f"Profile {number}"} for number in range(30)]


def test_the_gate_reaches_nothing_but_the_engine(declare_program):
    gate = declare_program(CONFIG)["hub-docker-gate-container"]
    assert gate["networkMode"] == "none"
    assert gate["readOnly"] is True
    assert gate["capabilities"] == {"adds": [], "drops": ["ALL"]}
    assert "networksAdvanced" not in gate
    assert [volume.get("hostPath") for volume in gate["volumes"]] == [None, "/var/run/docker.sock"]


def test_the_hub_only_reads_where_the_gates_socket_is(declare_program):
    _, mount = declare_program(CONFIG)["hub-container"]["volumes"]
    assert mount == {
        "containerPath": "/run/docker-gate",
        "readOnly": True,
        "volumeName": f"jupyterhub-{STACK.name}-docker-gate",
    }


def test_the_gate_is_told_what_the_stack_declares(declare_program):
    [told] = declare_program(CONFIG)["hub-docker-gate-container"]["envs"]
    policy = json.loads(told.removeprefix("POLICY="))
    assert policy["labels"] == {"pulumi.project": "jupyterhub", "pulumi.stack": "test"}
    assert policy["kinds"]["notebook"]["name"].startswith(r"jupyterhub\-test\-notebook-")


def test_more_than_linux_lets_the_gate_be_told_is_refused(refusal):
    config = changed("notebook.shared", SHARED) | {"profiles": PROFILES}
    assert "30 profiles with 80 shared directories can be takes" in refusal(config)
