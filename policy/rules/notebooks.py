"""What people's servers may use of the host, by the settings with which the hub starts them."""

from collections.abc import Iterator
from typing import Any

from pulumi_policy import ResourceValidationArgs

from ..rule import CONTAINER, hub_settings, rule


@rule(CONTAINER)
def notebooks_are_limited(container: ResourceValidationArgs) -> Iterator[str]:
    """Have memory, processors and processes of people's servers limited in the hub's settings.

    One server that takes everything that the host has stops all others, and the hub.
    """
    for settings in hub_settings(container):
        yield from _unlimited("notebook", settings["notebook"], ("memory_mib", "cpus", "pids"))
        for number, profile in enumerate(settings["profiles"]):
            yield from _unlimited(f"profiles[{number}]", profile, ("memory_mib", "cpus"))


def _unlimited(section: str, given: dict[str, Any], keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        if not given.get(key):
            yield f"{section}.{key} is not limited; set jupyterhub:{section}.{key}"
