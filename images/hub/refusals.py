"""Why there is no server, in words for the person who asked for it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from containers import of_members
from endings import Ending
from jinja2 import Environment, FileSystemLoader
from jupyterhub.spawner import SpawnException

if TYPE_CHECKING:
    from server_spawner import ServerSpawner

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True
)
ENDED = "Your server has ended while it started."
SILENT = "Your server has been starting for {seconds} s, and does not listen yet."
FULL = "All addresses of the hub's network have a server: ask an administrator for a larger one."
GONE = "Somebody has removed its container."
ENGINE = "The engine does not start your server. It says: {}"

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
NO_IMAGE = re.compile(r"No such image: (\S+)")
"""What the engine says of an image that is missing."""
NOT_BUILT = (
    "The image of the environment {} is missing on the Docker host: somebody removed it. "
    "Tell an administrator, who can have it built again."
)
OTHERS = (
    "The directory {directory} on the Docker host belongs to {owner} (uid:gid), but your notebooks "
    "run as {wanted}. Ask an administrator to run on the host: chown -R {wanted} '{directory}'"
)

TAKEN = "{short}; this profile needs {wanted}. Stop a server, or try again later."
TOO_MANY_HUBS = (
    "Another hub of this host has taken the same GPUs each time that they were chosen for you. "
    "Try again."
)


class Refusal(SpawnException):
    """Tells the person, and the hub's log, why there is no server, on whatever page they are."""

    def __init__(self, message: str, reason: str, html: str = "") -> None:
        super().__init__(message, reason=reason, message_html=html)
        self.jupyterhub_message, self.jupyterhub_html_message = message, html or None


def refusal(message: str, reason: str = "directory") -> SpawnException:
    """Return what a start ends with that has not begun."""
    return Refusal(message, reason)


def failure(message: str, spawner: "ServerSpawner", ending: Ending | None) -> SpawnException:
    """Return what a start ends with that has begun, with what helps then."""
    what = f"{message} {ending.why if ending else GONE}" if message == ENDED else message
    html = templates.get_template("failure.html").render(
        what=what,
        log=ending.log.strip() if ending else "",
        roomier=roomier(spawner) if ending and ending.out_of_memory else [],
        again=again(spawner),
        rescue=None if spawner.rescue else again(spawner, rescue="1"),
    )
    return Refusal(what, "ended", html)


def roomier(spawner: "ServerSpawner") -> list[str]:
    """Return the names of the person's profiles that have more memory than this server."""
    memory = spawner.body["HostConfig"]["Memory"]
    offered = of_members(spawner.settings.profiles, {group.name for group in spawner.user.groups})
    bodies = spawner.containers.servers
    return [each.name for each in offered if bodies[each.name]["HostConfig"]["Memory"] > memory]


def again(spawner: "ServerSpawner", **options: str) -> str:
    """Return the address that starts a server, with user options if there are any."""
    url = f"{spawner.hub.base_url}spawn/{spawner.user.escaped_name}"
    if spawner.name:
        url += f"/{spawner.name}"
    if not options:
        return url
    chosen = {key: value for key, value in spawner.user_options.items() if key == "profile"}
    given = {f"opt-{key}": str(value) for key, value in {**chosen, **options}.items()}
    return f"{url}?{urlencode(given)}"
