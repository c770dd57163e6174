"""What people choose between before their server starts, as JupyterHub's user options."""

from typing import Any

import together
from containers import gpus_to_lease, of_members
from notebook_spawner import NotebookSpawner
from refusals import refusal, templates
from settings import Profile
from stock import Stock
from together import uses_of

OPTIONS = ("profile", "rescue")
"""What people's options may be. An image would make DockerSpawner take it, or refuse each later
start because of it."""


async def options_form(spawner: NotebookSpawner) -> str:
    """Return the HTML of the form to choose a profile.

    It is empty if there are none to choose: then the server starts at once, or is refused.
    """
    offered = offers(spawner)
    if not offered:
        return ""
    names = [profile.name for profile in offered]
    last = (spawner.orm_spawner.user_options or {}).get("profile")
    bodies = {name: spawner.containers.servers[name] for name in names}
    stock = await Stock.of(spawner, [*bodies.values()])
    taken = {name: stock.why_not(bodies[name]) for name in names}
    to_be_had = [name for name in names if not taken[name]]
    return templates.get_template("profiles.html").render(
        profiles=offered,
        chosen=last if last in to_be_had else next(iter(to_be_had), None),
        has={name: stock.in_words(bodies[name]) for name in names},
        taken=taken,
    )


def options_from_form(form: dict[str, list[str]]) -> dict[str, str]:
    """Return what the REST API takes as `user_options`, of a form or an address."""
    return {key: form[key][0] for key in OPTIONS if key in form}


def apply_options(spawner: NotebookSpawner, options: dict[str, Any]) -> None:
    """Give the server what its profile says.

    This is called before each start, when the person's groups are up to date.
    """
    spawner.user_options = {key: options[key] for key in options if key in OPTIONS}
    spawner.rescue = bool(spawner.user_options.pop("rescue", False))
    if spawner.rescue:  # for this start, and not for all later ones
        store(spawner, spawner.user_options)
    profile = choose(spawner, options)
    spawner.body = spawner.containers.servers[profile]
    spawner.image = spawner.body["Image"]
    leases = gpus_to_lease(spawner.body) > 0
    spawner.uses = uses_of(spawner.body) | {"profile": profile, "leases": leases}
    together.check(spawner)
    host = spawner.body["HostConfig"]
    # What JupyterLab shows of the limits; the engine goes by the body.
    spawner.mem_limit, spawner.cpu_limit = host["Memory"], host["CpuQuota"] / host["CpuPeriod"]


def choose(spawner: NotebookSpawner, options: dict[str, Any]) -> str:
    """Return the name of the profile in `options`, or of the first; empty if there are none.

    Refuses one that the person may not use.
    """
    if not spawner.settings.profiles:
        return ""
    offered = [profile.name for profile in offers(spawner)]
    if not offered:
        msg = "None of this hub's profiles is for you: ask an administrator which group has one."
        raise refusal(msg, "profile")
    name = str(options.get("profile", offered[0]))
    if name in offered:
        return name
    store(spawner, {})
    msg = f"There is no profile {name} for you. Choose one of: {', '.join(offered)}."
    raise refusal(msg, "profile")


def store(spawner: NotebookSpawner, options: dict[str, Any]) -> None:
    """Put other options in the place of those that JupyterHub has stored for later starts."""
    spawner.orm_spawner.user_options = options
    spawner.db.commit()


def offers(spawner: NotebookSpawner) -> list[Profile]:
    """Return the profiles that the person may use."""
    return of_members(spawner.settings.profiles, {group.name for group in spawner.user.groups})
