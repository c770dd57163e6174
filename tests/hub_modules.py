"""The hub's own modules, as they are in its image, and what components/ tells them."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from components.hub_settings import hub_settings
from hubconfig.sections.gitlab import GitLabArgs
from hubconfig.sections.hub import HubArgs
from hubconfig.sections.site import SiteArgs
from hubconfig.servers import Servers
from hubconfig.stack import Stack

FOLDER = Path(__file__).parents[1] / "images/hub"
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
    container: Any = import_module("notebook_container")


def told(servers: Servers | None = None, gitlab: GitLabArgs = ANYBODY, **hub: Any) -> str:
    """Return settings.json for people's servers, a GitLab and the section `hub`."""
    content = hub_settings(
        HubArgs(**hub),
        stack=Stack.named("jupyterhub", "test", "hub"),
        site=SITE,
        gitlab=gitlab,
        servers=servers or Servers(),
        notebook_image="image",
        hub_address="172.18.0.2",
        proxy_api_url="http://proxy:8001",
    )
    return json.dumps(content)


def settings_of(servers: Servers) -> Any:
    """Return what the hub reads of people's servers."""
    return settings.made(settings.Settings, json.loads(told(servers)))
