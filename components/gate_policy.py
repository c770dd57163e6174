"""What the docker gate lets through, as images/docker-gate/gate/policy.py reads it."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from hubconfig.sections.notebook import NotebookArgs
from hubconfig.servers import Servers
from hubconfig.stack import PART_LABEL, SERVICE_LABEL, Stack
from hubconfig.values.accounts import USERS_GROUP

from . import gate_leases
from .looks import ACCOUNTS, SOURCE, Body, seen

MARK = r"-(2[0-9a-f]|3[a-f]|40|5[b-f]|60|7[b-f])"
BEYOND_ASCII = r"-[c-f][0-9a-f](-[89ab][0-9a-f]){1,3}"
CHARACTERS = f"([a-z0-9]|{MARK}|{BEYOND_ASCII})"
PERSON = f"({CHARACTERS}{{1,255}}|{CHARACTERS}{{0,255}}--[0-9a-f]{{32}})"
"""A person's name in lower case as DockerSpawner escapes it for names of the engine and of
directories: `-` and the code of each byte of UTF-8. So `hub-data` is none, for which `-da` would
have to be followed by another byte's code. Of a long one, a digest is the end."""
NAMED = r"(\.[a-z][a-z0-9-]{0,29})?"
"""The name of one of a person's servers, if it is not the first, as JupyterHub's slugs.py lets it
be. A dot is in no escaped name."""
ACCOUNT = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}"
"""The name of an account of the host."""
UID = r"[1-9]\d{3,9}"
GID = rf"({USERS_GROUP}|[1-9]\d{{3,9}})"
"""Ids of people's accounts and groups. With a group of the system's own, such as docker's, a setgid
program that a server leaves in a home would give that group's rights on the host."""
VARIABLES = (
    *(r"JUPYTERHUB_[A-Z_]+", "JPY_API_TOKEN", "JUPYTER_IMAGE_SPEC"),
    *("CPU_LIMIT", "CPU_GUARANTEE", "MEM_LIMIT", "MEM_GUARANTEE"),
    *("HOME", "NB_GID", "NB_UID", "NB_USER", "USER"),
)
"""The variables that the hub gives a server: `Spawner.get_env`."""


def gate_policy(
    servers: Servers,
    stack: Stack,
    images: Mapping[str, str],
    *,
    addresses: str,
    behind_firewall: bool,
) -> Body:
    """Return what a hub may ask for, which starts `servers` in a subnet `addresses`.

    Behind the stack's firewall, they start only while its container, known by the labels `guard`,
    is healthy.
    """
    told, notebook = gate_leases.of_stack(servers, stack, images), servers.notebook
    place = {"IPAMConfig": {"IPv4Address": {"within": addresses}}}
    own = {"NetworkingConfig": {"EndpointsConfig": {stack.network: place}}}
    names = [*VARIABLES, *map(re.escape, sorted(servers.secrets))]
    bodies = [
        _of_a_person(each["container"], notebook, stack, names) | own for each in told["servers"]
    ]
    looks = [
        _opened(told["looks"][does], places) for does, places in _places(notebook).items() if places
    ]
    shared = [re.escape(one.source) for one in notebook.shared if one.is_volume]
    return gate_leases.readable(servers) | {
        "labels": stack.labels,
        "images": sorted({each["container"]["Image"] for each in told["servers"]}),
        "volumes": [*shared, re.escape(stack.announcement)],
        "kinds": {
            "notebook": {"name": f"{re.escape(stack.notebooks)}-{PERSON}{NAMED}", "bodies": bodies},
            "look": {"name": None, "bodies": looks},
        },
        "guard": {**stack.labels, SERVICE_LABEL: "firewall"} if behind_firewall else {},
    }


def _of_a_person(body: Body, notebook: NotebookArgs, stack: Stack, names: Sequence[str]) -> Body:
    """Return a server's container with what differs from person to person left open."""
    result: Body = deepcopy(body)
    result["Env"] = {
        "each_of": body["Env"],
        "any_of": [{"matches": rf"({'|'.join(names)})=.*"}],
    }
    shared = [
        {
            "Type": "volume" if one.is_volume else "bind",
            "Source": one.source,
            "Target": one.target,
            "ReadOnly": one.read_only,
        }
        for one in notebook.shared
    ]
    own: list[Body] = [_home(notebook, stack)]
    if notebook.system_users:
        home = {"same_as": "WorkingDir"}
        own = [
            {"Type": "bind", "Source": home, "Target": home},
            *(seen(file, file) for file in ACCOUNTS),
        ]
        result["User"] = {"matches": f"{UID}:{GID}"}
        result["WorkingDir"] = {"matches": _accounts_home(notebook)}
        result["HostConfig"]["GroupAdd"] = {"each_of": [], "any_of": [{"matches": GID}]}
    result["HostConfig"]["Mounts"] = {"each_of": own, "any_of": shared}
    return result


def _home(notebook: NotebookArgs, stack: Stack) -> Body:
    if notebook.home == "volume":
        return {
            "Type": "volume",
            "Source": {"matches": f"{re.escape(stack.homes)}-{PERSON}"},
            "Target": notebook.directory,
            "VolumeOptions": {"Labels": {**stack.labels, PART_LABEL: "home"}},
        }
    source = {"matches": _homes(notebook.home, PERSON)}
    return {"Type": "bind", "Source": source, "Target": notebook.directory}


def _homes(setting: str, name: str) -> str:
    """Return the pattern of homes in directories, with that of a name in them."""
    return re.escape(setting).replace(r"\{username\}", name)


def _accounts_home(notebook: NotebookArgs) -> str:
    """Return the pattern of the homes of the host's accounts."""
    return _homes("/home/{username}" if notebook.home == "volume" else notebook.home, ACCOUNT)


def _places(notebook: NotebookArgs) -> dict[str, list[str]]:
    """Return the patterns of the places that each look of the hub's is for, by what it does."""
    volumes = [
        re.escape(one.source) for one in notebook.shared if one.is_volume and not one.read_only
    ]
    if notebook.system_users:
        return {"owner": [_accounts_home(notebook)], "accounts": [*ACCOUNTS]}
    if notebook.home == "volume":
        return {"take": volumes}
    return {"take": [*volumes, _homes(notebook.home, PERSON)]}


def _opened(value: Any, places: list[str]) -> Any:
    """Return a look with patterns of the places where it stands for a place."""
    match value:
        case str() if SOURCE in value:
            start, end = map(re.escape, value.split(SOURCE))
            return {"matches": f"{start}({'|'.join(places)}){end}"}
        case list():
            return [_opened(item, places) for item in value]
        case dict():
            return {key: _opened(item, places) for key, item in value.items()}
    return value
