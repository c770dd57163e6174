"""Stack files, whole and with something of them changed."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

CONFIG: dict[str, Any] = {
    "site": {"url": "http://localhost:8000"},
    "network": {"subnet": "172.18.0.0/24"},
    "gitlab": {
        "url": "http://localhost:8929",
        "standin": True,
        "allow": {"groups": ["lab"]},
        "admin_users": ["ada"],
    },
}
"""A whole stack's configuration; tests change one thing of it."""
WITH_TLS = CONFIG | {
    "site": {"url": "https://localhost:8000"},
    "tls": {"certificate": "internal"},
}
"""Every part that there is, the edge too."""
ANYBODY: dict[str, Any] = {"url": "https://git.example.org", "allow": {"everyone": True}}
"""A section `gitlab` without the stand-in; it takes a token."""
TOKEN = {"gitlab:token": "glpat-0123456789"}
HOST = "hub.example.org"


def changed(path: str, value: Any, whole: Mapping[str, Any] = CONFIG) -> dict[str, Any]:
    """Return a `whole` configuration with one key set, or dropped if `value` is None.

    Without a path, `value` has whole sections.
    """
    config = deepcopy(dict(whole))
    if not path:
        return config | value
    *parents, key = path.split(".")
    section: Any = config
    for parent in parents:
        section = section.setdefault(parent, {})
    if value is None:
        del section[key]
    else:
        section[key] = value
    return config


def public(tls: dict[str, Any], *, url: str = f"https://{HOST}", **site: Any) -> dict[str, Any]:
    """Return the configuration of a hub that everybody can reach, with a section `tls`."""
    return CONFIG | {"site": {"url": url, **site}, "gitlab": ANYBODY, "tls": tls} | TOKEN


def merged(sections: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole configuration with other keys in some sections."""
    return {key: CONFIG.get(key, {}) | sections.get(key, {}) for key in CONFIG | dict(sections)}


def by_whole_keys(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by the keys that a stack file has them by, such as `jupyterhub:site`."""
    return {key if ":" in key else f"jupyterhub:{key}": value for key, value in config.items()}


def write(folder: Path, stack: str, config: Mapping[str, Any], **beside: Any) -> None:
    """Write a stack file and its project's; `beside` is what stands beside `config:`."""
    (folder / "Pulumi.yaml").write_text("name: jupyterhub\n")
    content = {"config": by_whole_keys(config), **beside}
    (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
