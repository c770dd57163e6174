"""Why there is no server, in words for the person who asked for it."""

from jupyterhub.spawner import SpawnException

GATE = "docker gate: "
"""What refusals of the docker gate begin with: images/docker-gate/gate/server.py."""
NOT_YOURS = (
    "The hub has asked the engine for what it may not have. This is a fault of the hub's "
    "configuration, and not yours: tell an administrator. {}"
)
UNGUARDED = (
    "The firewall that keeps servers from each other is not in force, and none starts without it. "
    "Try again in a minute; if this comes back, tell an administrator."
)
NO_SOURCE = "bind source path does not exist: "
"""What the engine says of a directory that is missing."""
MISSING = (
    "The directory {} is missing on the Docker host. Try again; if this comes back, ask an "
    "administrator to make it."
)
OTHERS = (
    "The directory {directory} on the Docker host belongs to {owner} (uid:gid), but your notebooks "
    "run as {wanted}. Ask an administrator to run on the host: chown -R {wanted} '{directory}'"
)


def refusal(message: str, reason: str = "directory") -> SpawnException:
    """Return an exception that tells the person, and the hub's log, why there is no server."""
    return SpawnException(message, reason=reason)
