"""Settings of a hub that have no effect on servers, since others take their place."""

from typing import Any

OF_HOMES = {f"notebook.{key}" for key in ("directory", "home", "volume_prefix", "uid", "gid")}
OF_PROFILES = {"notebook.memory_mib", "notebook.cpus", "gpus.notebooks"}
"""Profiles in settings.json are complete, so they have values in place of these settings. A setting
that a profile leaves out in the stack file changes the profile as well."""


def unused(settings: dict[str, Any]) -> set[str]:
    """Return the names of those that have no effect in a hub's settings.json; empty without it."""
    notebook = settings.get("notebook", {})
    of_profiles = OF_PROFILES if settings.get("profiles") else set()
    if notebook.get("system_users"):  # each account has its own
        return of_profiles | OF_HOMES
    prefix = set() if notebook.get("home", "volume") == "volume" else {"notebook.volume_prefix"}
    return of_profiles | prefix
