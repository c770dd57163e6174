"""Sound resources, in the form in which Pulumi shows their inputs to a pack."""

import json
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE


def secret(value: Any) -> dict[str, Any]:
    """Mark a value as Pulumi's engine does."""
    mark = "1b47061264138c4ac30d75fd1eb44270"
    return {"4dabf18193072939515e22adb298388d": mark, "value": value}


def bound(folder: str) -> dict[str, str]:
    """Return what makes a volume of a folder of the host."""
    return {"type": "none", "o": "bind", "device": folder}


def settings(**gitlab: Any) -> list[dict[str, str]]:
    content = {
        "gitlab": {"scopes": ["read_user"], "allow_everyone": True} | gitlab,
        "notebook": {"memory_mib": 2048, "cpus": 2, "pids": 4096},
        "profiles": [{"name": "large", "memory_mib": 8192, "cpus": 4}],
    }
    return [{"file": "/etc/jupyterhub/settings.json", "content": json.dumps(content)}]


def limits(**changed: Any) -> list[dict[str, str]]:
    """Return settings with sections in place of the sound ones."""
    [sound] = settings()
    return [sound | {"content": json.dumps(json.loads(sound["content"]) | changed)}]


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
    "networkMode": "bridge",
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
    "uploads": settings(scopes=["read_user", "read_api"], allowed_groups=["lab"]),
    "volumes": [{"volumeName": "jupyterhub-dev-hub-data", "containerPath": "/data"}, SOCKET],
}
SERVICE = {key: value for key, value in HUB.items() if key not in {"uploads", "volumes"}}
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
