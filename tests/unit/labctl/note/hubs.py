"""Changes of hubs, and what is said of them."""

import json
from typing import Any

from hubpreview.changes import Change, Operation, change_of
from hubpreview.differences import Difference
from labctl.note.consequences import consequences

PARTS = {
    "network-bridge": ("Network", "docker:index/network:Network"),
    "hub-container": ("Hub", "docker:index/container:Container"),
    "docker-gate-container": ("DockerGate", "docker:index/container:Container"),
    "hub-data": ("Hub", "docker:index/volume:Volume"),
    "proxy-container": ("Proxy", "docker:index/container:Container"),
    "edge-container": ("Edge", "docker:index/container:Container"),
    "firewall-container": ("Firewall", "docker:index/container:Container"),
    "login-application": ("GitLabLogin", "gitlab:index/application:Application"),
    "lab-build": ("Image", "docker:index/image:Image"),
}


def part(operation: Operation, name: str, *differences: Difference, prefix: str = "") -> Change:
    component, kind = PARTS[name]
    types = f"jupyterhub:index:{component}${kind}"
    urn = f"urn:pulumi:lab::two-hubs::{types}::{prefix}{name}"
    return Change(operation, urn, kind, differences, ())


def port(number: int) -> dict[str, Any]:
    return {"internal": 8000, "external": number, "ip": "::"}


def said_of(*changes: Change) -> list[str]:
    return [each.text for each in consequences(list(changes), "running servers")]


def said_of_settings(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what is said where the hub's settings.json has `new` instead of `old`."""
    return said_of_file("settings.json", old, new)


def said_of_file(file: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what is said where a file of the hub's has `new` instead of `old`."""
    return said_of_files({file: old}, {file: new})


def said_of_files(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what is said where the hub's files, by their names, have `new` instead of `old`."""

    def state(files: dict[str, Any]) -> dict[str, Any]:
        uploads = [{"file": f"/{name}", "content": json.dumps(files[name])} for name in files]
        return {"inputs": {"uploads": uploads}, "type": ""}

    urn = part(Operation.UPDATE, "hub-container").urn
    step = {"op": "update", "urn": urn, "old": state(old), "new": state(new)}
    return said_of(change_of(step))
