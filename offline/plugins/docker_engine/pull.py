"""Pulls images through the engine."""

import json

from ..errors import PluginError
from ..handler import Call
from .engine import Engine


def pull_missing(engine: Engine, call: Call, name: str, wanted: str | None) -> None:
    """Pull image `name` for the platform `wanted` unless the engine has it."""
    if engine.found(f"cannot look at image {name}", lambda: engine.api.inspect_image(name)):
        return
    with engine.explained(
        f"image {name} is not on the engine and cannot be pulled; build or load it first"
    ):
        repository, tag = split_name(name)
        for event in engine.api.pull(repository, tag, stream=True, platform=wanted):
            for line in map(json.loads, event.splitlines()):
                if "error" in line:
                    msg = (
                        f"image {name} is not on the engine and cannot be pulled: "
                        f"{line['error']}; build or load it first, or check the registry's name"
                    )
                    raise PluginError(msg)
                call.log(line.get("status", ""), passing=True)


def split_name(name: str) -> tuple[str, str | None]:
    """Return the repository and the tag, which is `latest` by default and None for a digest."""
    if "@" in name or name.startswith("sha256:"):
        return name, None
    head, colon, tag = name.rpartition(":")
    return (head, tag) if colon and "/" not in tag else (name, "latest")
