"""Settings of a hub that no server goes by, whatever they are, since it has others."""

from typing import Any

OF_HOMES = {f"notebook.{key}" for key in ("directory", "home", "volume_prefix", "uid", "gid")}
OF_PROFILES = {"notebook.memory_mib", "notebook.cpus", "gpus.notebooks"}
"""Each profile comes with all of them, and changes with those that it leaves to them."""


def unused(settings: dict[str, Any]) -> set[str]:
    """Name them, where settings.json is so; without it, none."""
    notebook = settings.get("notebook", {})
    of_profiles = OF_PROFILES if settings.get("profiles") else set()
    if notebook.get("system_users"):  # each account has its own
        return of_profiles | OF_HOMES
    prefix = set() if notebook.get("home", "volume") == "volume" else {"notebook.volume_prefix"}
    return of_profiles | prefix
