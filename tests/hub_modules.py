"""The hub's own modules, as they are in its image, and what components/ tells them."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from components.containers import of_stack
from components.hub_settings import hub_settings
from hubconfig.sections.gitlab import GitLabArgs
from hubconfig.sections.hub import HubArgs
from hubconfig.sections.site import SiteArgs
from hubconfig.servers import Servers
from hubconfig.stack import Stack

FOLDER = Path(__file__).parents[1] / "images/hub"
STACK = Stack.named("jupyterhub", "test", "hub")
IMAGES = {"lab": "image", "science": "jupyterhub-science:0123456789ab"}
SITE = SiteArgs(url="http://localhost:8000")
ANYBODY = GitLabArgs.model_validate(
    {"url": "https://gitlab.example.org", "allow": {"everyone": True}}
)


@contextmanager
def on_path() -> Iterator[None]:
    """Let modules be imported as in the image; without bytecode, which would be built into it."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(FOLDER))
    try:
        yield
    finally:
        sys.path.remove(str(FOLDER))
        sys.dont_write_bytecode = before


with on_path():
    settings: Any = import_module("settings")
    containers: Any = import_module("containers")


def told(servers: Servers | None = None, gitlab: GitLabArgs = ANYBODY, **hub: Any) -> str:
    """Return settings.json for people's servers, a GitLab and the section `hub`."""
    content = hub_settings(
        HubArgs(**hub),
        stack=STACK,
        site=SITE,
        gitlab=gitlab,
        servers=servers or Servers(),
        hub_address="172.18.0.2",
        addresses="172.18.0.128/25",
        proxy_api_url="http://proxy:8001",
        proxy_address="172.18.0.3",
    )
    return json.dumps(content)


def settings_of(servers: Servers) -> Any:
    """Return what the hub reads of people's servers."""
    return settings.made(settings.Settings, json.loads(told(servers)))


def asked_for(servers: Servers | None = None) -> Any:
    """Return containers.json for people's servers."""
    return json.loads(json.dumps(of_stack(servers or Servers(), STACK, IMAGES)))


def asked_for_with(line: str) -> Any:
    """Return containers.json as if components/containers.py had one line more of what servers get.

    Such as `"Privileged": True,`.
    """
    file = FOLDER.parents[1] / "components/containers.py"
    text, before = file.read_text(), '        "RestartPolicy": {"Name": "no"},\n'
    assert text.count(before) == 1
    changed = ModuleType("changed")
    changed.__package__ = "components"
    exec(text.replace(before, f"{before}        {line}\n"), changed.__dict__)  # noqa: S102
    return json.loads(json.dumps(changed.of_stack(Servers(), STACK, IMAGES)))


def server_of(servers: Servers) -> Any:
    """Return the only container in containers.json that people's servers can be."""
    [server] = asked_for(servers)["servers"]
    return server["container"]
