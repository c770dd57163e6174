"""Which images a stack's containers are made from, by the export of its state."""

import json
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).resolve().parents[1]
CONTAINER = "docker:index/container:Container"


class Image(NamedTuple):
    """An image that containers are made from."""

    locks: list[Path]
    """Its lock files, and before them those of what it is built on."""
    is_ours: bool
    """Whether they tell of all that it has of Python's."""


def images(export: Any) -> dict[str, Image]:
    """Return the images that containers are made from, by their names."""
    resources = export["deployment"].get("resources", [])
    builds = {
        each["inputs"]["imageName"]: each["inputs"]["build"]
        for each in resources
        if each["type"] == "docker:index/image:Image"
    }

    def parents(name: str) -> list[str]:
        return [value for value in builds[name]["args"].values() if value in builds]

    def locks(name: str) -> list[Path]:
        if "IMAGE" in builds[name]["args"]:
            return []
        gpu = "-gpu" if builds[name]["args"].get("GPU") == "1" else ""
        files = (f"requirements{gpu}.lock", "package-lock.json", "go.mod")
        context = REPOSITORY / builds[name]["context"]
        own = [context / file for file in files] + sorted(context.glob(f"kernels/*/{files[0]}"))
        inherited = [lock for parent in parents(name) for lock in locks(parent)]
        return inherited + [lock for lock in own if lock.exists()]

    def is_ours(name: str) -> bool:
        build = builds[name]
        ours = build["dockerfile"].startswith("images/") and "IMAGE" not in build["args"]
        return ours and all(map(is_ours, parents(name)))

    # In the inputs of containers, and in what the hub asks for: people's servers, and looks.
    used = json.dumps([each["inputs"] for each in resources if each["type"] == CONTAINER])
    return {name: Image(locks(name), is_ours(name)) for name in builds if name in used}
