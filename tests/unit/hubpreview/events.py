"""What `pulumi preview --json` prints."""

import json
from collections.abc import Mapping

STACK = {"op": "same", "urn": "urn:pulumi:lab::jupyterhub::pulumi:pulumi:Stack::jupyterhub-lab"}
UPDATE = {
    "op": "update",
    "urn": "urn:pulumi:lab::jupyterhub::docker:index/container:Container::web",
    "new": {"type": "docker:index/container:Container"},
}
DOCUMENT = {"steps": [STACK, UPDATE | {"newState": UPDATE["new"]}]}
STEPS = [{"resourcePreEvent": {"metadata": step}} for step in (STACK, UPDATE)]
END = {"summaryEvent": {"PolicyPacks": {"jupyterhub|local|/policy": "1"}}}


def stream(*events: Mapping[str, object]) -> str:
    return "".join(json.dumps({"sequence": 1, **event}) + "\n" for event in events)


SIGNATURE = "4dabf18193072939515e22adb298388d"
ENCRYPTED = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:canary"}
"""A secret, as Pulumi marks it."""
PEM = "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----"
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What only the update will know."""
