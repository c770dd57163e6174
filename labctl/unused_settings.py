"""Settings of a hub that no server goes by, whatever they are, since it has others."""

from typing import Any

OF_HOMES = {f"notebook.{key}" for key in ("directory", "home", "volume_prefix", "uid", "gid")}


def unused(settings: dict[str, Any]) -> set[str]:
    """Name them, where settings.json is so; without it, none."""
    notebook = settings.get("notebook", {})
    if notebook.get("system_users"):  # each account has its own
        return OF_HOMES
    return set() if notebook.get("home", "volume") == "volume" else {"notebook.volume_prefix"}
