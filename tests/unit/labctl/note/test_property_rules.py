"""What a change of a resource's property means for people."""

import pytest

from hubpreview.changes import Operation
from hubpreview.differences import Difference
from hubpreview.values import UNKNOWN
from tests.unit.labctl.note.hubs import part, port, said_of


@pytest.mark.parametrize(
    ("role", "path", "old", "new", "text"),
    [
        ("proxy-container", "ports[0].external", 80, 81, "published on port `81`"),
        ("edge-container", "ports[0].external", 443, 8443, "published on port `8443`"),
        ("edge-container", "ports[0].ip", "127.0.0.1", "10.0.0.1", "address `10.0.0.1`"),
        (
            "proxy-container",
            "ports",
            [],
            [port(8000)],
            "proxy is published: `8000 on ::` instead of",
        ),
        ("proxy-container", "ports", [port(8000)], [], "published: none instead of `8000 on ::`."),
        (
            "edge-container",
            "ports",
            [port(443), port(80)],
            [port(8443)],
            "edge is published: `8443 on ::` instead of `443 on ::, 80 on ::`.",
        ),
        ("edge-container", "ports", [port(443)], UNKNOWN, f"published: `{UNKNOWN}` instead of `4"),
        ("edge-container", "ports", [], [UNKNOWN], f'published: `["{UNKNOWN}"]` instead of none.'),
        ("lab-build", "build.args.CONDA_INSTALLER_URL", "https://a", None, "none instead of `htt"),
        ("lab-build", "build.args.OH_MY_ZSH_COMMIT", None, "abc", "`abc` instead of none"),
        ("lab-build", "build.args.NB_LANGUAGE", None, "zh_CN", "`zh_CN` instead of the default"),
    ],
)
def test_a_property_is_told(role, path, old, new, text):
    [said] = said_of(part(Operation.UPDATE, role, Difference(path, old, new)))
    assert text in said


def test_other_rules_of_the_firewall_are_told():
    rules = Difference("command", ["table", "drop"], ["table"])
    said = said_of(part(Operation.REPLACE, "firewall-container", rules))
    assert [text.partition(",")[0] for text in said] == [
        "The firewall's rules on who reaches what change",
        "The firewall is replaced; there are rules in force meanwhile.",
    ]


def test_what_else_the_docker_gate_lets_through_is_told_even_if_the_hub_restarts():
    policy = Difference("envs", ["POLICY={}"], ['POLICY={"kinds": {}}'])
    gate = part(Operation.REPLACE, "docker-gate-container", policy)
    assert said_of(gate, part(Operation.REPLACE, "hub-container"))[1:] == [
        "What the docker gate lets through changes: read its POLICY closely."
    ]
