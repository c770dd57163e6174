"""Whether a server is well, by its image's health check (images/singleuser/healthcheck.sh)."""

from typing import Any

from containers import Body
from dockerspawner import DockerSpawner

NO_GPU = "its GPU is lost"
"""What the health check says of a server whose GPU does not answer any more."""
LOST_GPU = "is not well: it has lost its GPU. Stop it and start it again."
SILENT = "does not answer."


def trouble_of(container: Any) -> str:
    """Say what is wrong with a server, of which the engine tells; empty if nothing is.

    The check's own words are the person's to change, so that no page shows them.
    """
    health = container["State"].get("Health") or {}  # None of an image without a check
    if health.get("Status") != "unhealthy":
        return ""
    said = health["Log"][-1]["Output"] if health.get("Log") else ""
    return LOST_GPU if NO_GPU in said else SILENT


class CheckedSpawner(DockerSpawner):
    """Takes note of how a server is whenever the engine is asked for its container.

    That is at each poll: `c.Spawner.poll_interval`.
    """

    trouble = ""
    """What is wrong with the server, after the words `Your server`; empty if nothing is."""

    async def get_object(self) -> Body | None:
        """Ask the engine for the container."""
        found: Body | None = await super().get_object()
        self.trouble = trouble_of(found) if found else ""
        return found
