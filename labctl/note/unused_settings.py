"""Settings of a hub that have no effect on servers, since others take their place."""

from typing import Any

OF_HOMES = {f"notebook.{key}" for key in ("directory", "home", "volume_prefix", "uid", "gid")}


def unused(settings: dict[str, Any]) -> set[str]:
    """Return the names of those that have no effect in a hub's settings.json; empty without it."""
    notebook = settings.get("notebook", {})
    if notebook.get("system_users"):  # each account has its own
        return OF_HOMES
    return set() if notebook.get("home", "volume") == "volume" else {"notebook.volume_prefix"}
