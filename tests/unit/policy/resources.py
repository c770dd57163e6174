"""Sound resources, in the form in which Pulumi shows their inputs to a pack."""

import json
from collections.abc import Callable
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from hubconfig.servers import Servers
from tests.hub_modules import asked_for


def secret(value: Any) -> dict[str, Any]:
    """Mark a value as Pulumi's engine does."""
    mark = "1b47061264138c4ac30d75fd1eb44270"
    return {"4dabf18193072939515e22adb298388d": mark, "value": value}


def bound(folder: str) -> dict[str, str]:
    """Return what makes a volume of a folder of the host."""
    return {"type": "none", "o": "bind", "device": folder}


def settings(user_domains: str | None = "none", **gitlab: Any) -> list[dict[str, str]]:
    content = {
        "user_domains": user_domains,
        "gitlab": {"scopes": ["read_user"], "allow_everyone": True} | gitlab,
        "notebook": {"home": "volume", "shared": []},
    }
    return [uploaded("settings.json", content)]


def uploaded(file: str, content: Any) -> dict[str, str]:
    """Return a file of the hub's configuration."""
    return {"file": f"/etc/jupyterhub/{file}", "content": json.dumps(content)}


def asked(change: Callable[[dict[str, Any]], object]) -> list[dict[str, str]]:
    """Return what the hub asks the engine for, with something changed in it."""
    content = asked_for(SERVERS)
    change(content)
    return [uploaded("containers.json", content)]


SERVERS = Servers.model_validate(
    {
        "notebook": {"system_users": True},
        "gpus": {"notebooks": "all"},
        "profiles": [{"name": "Large", "memory_mib": 8192}, {"name": "Small", "gpus": "none"}],
    }
)


LABELS = [
    {"label": "pulumi.project", "value": "jupyterhub", "__defaults": []},
    {"label": "pulumi.stack", "value": "dev", "__defaults": []},
]
EVERYWHERE = "0.0.0.0"  # noqa: S104
SOCKET = {"hostPath": "/var/run/docker.sock", "containerPath": "/var/run/docker.sock"}
HUB: dict[str, Any] = {
    "name": "jupyterhub-dev-hub",
    "image": "jupyterhub-hub:effed36fae14",
    "labels": LABELS,
    "networksAdvanced": [{"name": "hub"}],
    "capabilities": {"drops": ["ALL"], "adds": ["KILL", "SETUID"], "__defaults": []},
    "securityOpts": ["no-new-privileges:true"],
    "memory": 1024.0,
    "logDriver": "json-file",
    "logOpts": {"max-size": "10m", "max-file": "3"},
    "restart": "unless-stopped",
    "wait": True,
    "envs": [
        secret("GITLAB_CLIENT_SECRET=canary"),
        UNKNOWN_STRING_VALUE,
        "API_TOKEN_FILE=/run/token",
    ],
    "uploads": [
        *settings(scopes=["read_user", "read_api"], allowed_groups=["lab"]),
        uploaded("containers.json", asked_for(SERVERS)),
    ],
    "volumes": [
        {"volumeName": "jupyterhub-dev-hub-data", "containerPath": "/data"},
        {"volumeName": "jupyterhub-dev-docker-gate", "containerPath": "/run/docker-gate"},
    ],
}
SERVICE = {key: value for key, value in HUB.items() if key not in {"uploads", "volumes"}}
FIREWALL = SERVICE | {
    "networkMode": "host",
    "readOnly": True,
    "capabilities": {"drops": ["ALL"], "adds": ["CAP_NET_ADMIN"], "__defaults": []},
}
BUILT: dict[str, Any] = {
    "imageName": "jupyterhub-hub:effed36fae14",
    "skipPush": True,
    "build": {
        "context": "images/hub",
        "dockerfile": "images/hub/Dockerfile",
        "args": {"FOUNDATION": "jupyterhub-foundation:f6dcc32a822e"},
    },
}
REGISTERED = {
    "name": "jupyterhub-dev",
    "redirectUrl": "https://hub.example.org/hub/oauth_callback",
    "scopes": ["read_user", "read_api"],
    "confidential": True,
}
