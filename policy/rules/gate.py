"""What the docker gate lets a hub ask of the engine: its variable POLICY, which is enforced.

containers.json has what the hub asks for, and whoever gets into the hub need not go by that. POLICY
leaves open what differs from person to person, as in images/docker-gate/gate/comparison.py.
"""

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from pulumi_policy import ResourceValidationArgs

from hubconfig.stack import GPUS_LABEL
from hubpreview.names import role

from ..gpus import may_be_gpus, unlabelled
from ..places import NAME, is_placed, places
from ..rule import CONTAINER, rule
from ..variables import is_environment
from .host import is_powerful
from .notebooks import (
    BODY,
    HOST,
    LOOK,
    NAMES,
    SOURCE,
    Body,
    Check,
    faults,
    is_read,
    unlimited,
)

GROUP = r"(100|[1-9]\d{3,9})"
USERS = {"matches": rf"[1-9]\d{{3,9}}:{GROUP}"}
GROUPS = {"each_of": [], "any_of": [{"matches": GROUP}]}
HOME = {"same_as": "WorkingDir"}
MOUNT = {"Type", "Source", "Target", "ReadOnly", "VolumeOptions"}
FREE = re.compile(r'"(matches|within|same_as|each_of|any_of|joins)": ')
OWN = ("docker-gate", "edge-data", "gitlab-data", "hub-data")  # volumes, after the stack's prefix


def _are_harmless(source: Any) -> bool:
    return all(map(_is_harmless, places(source) or ["/"]))


def _is_harmless(place: str) -> bool:
    before, name, _ = place.partition(NAME)
    # A name can be that of any folder beside.
    return not is_powerful(place) and not (
        name and is_powerful(str(PurePosixPath(f"{before}x").parent))
    )


def _is_mounted(mount: Body) -> bool:
    """Tell whether a server's mount is of a harmless place, or shows the host's accounts."""
    options = mount.get("VolumeOptions") or {}
    if not mount.keys() <= MOUNT or not options.keys() <= {"Labels"}:
        return False
    source = mount.get("Source")
    shows = (source in NAMES and is_read(mount)) or (source == HOME == mount.get("Target"))
    return shows or (mount.get("Type") in ("bind", "volume") and _are_harmless(source))


def _is_seen(mount: Body) -> bool:
    source = mount.get("Source")
    return is_read(mount if source in NAMES else mount | {"Source": SOURCE}) and (
        source in NAMES or _are_harmless(source)
    )


def _is_taken(binds: list[Any]) -> bool:
    """Tell whether the only directory that a look may give to somebody is harmless."""
    taken = [place.split(":") for one in binds for place in places(one) or ["/"]]
    return len(binds) == 1 and all(
        to == ["/directory"] and _is_harmless(source) for source, *to in taken
    )


def _is_labelled(labels: Any) -> bool:
    """Tell whether nothing is open but which GPUs are leased, of which `unlabelled` tells."""
    return not FREE.search(json.dumps({**labels, GPUS_LABEL: ""}))


OPEN: dict[str, Check] = {
    "NetworkingConfig": is_placed,
    "Env": is_environment,
    "Labels": _is_labelled,
    "User": lambda user: user in ("root", USERS),
    "WorkingDir": _are_harmless,  # it is the home, if that is the host's account's
    "HostConfig": bool,
}
OPEN_ON_HOST: dict[str, Check] = {
    "DeviceRequests": may_be_gpus,
    "GroupAdd": lambda groups: groups == GROUPS,
    "Mounts": lambda mounts: all(map(_is_mounted, mounts["each_of"] + mounts["any_of"])),
}
OPEN_IN_LOOKS: dict[str, Check] = {
    "Binds": _is_taken,
    "Mounts": lambda mounts: isinstance(mounts, list) and all(map(_is_seen, mounts)),
}
"""How far what differs from person to person may be open."""


def _fixed(checks: dict[str, Check]) -> dict[str, Check]:
    def strict(own: Check) -> Check:
        return lambda value: not FREE.search(json.dumps(value)) and own(value)

    return {key: strict(own) for key, own in checks.items()}


SERVERS = (_fixed(BODY) | OPEN, _fixed(HOST) | OPEN_ON_HOST)
LOOKS = (_fixed(BODY) | {"HostConfig": bool}, _fixed(LOOK) | OPEN_IN_LOOKS)


@rule(CONTAINER)
def the_gate_lets_through_what_is_named(container: ResourceValidationArgs) -> Iterator[str]:
    """Have the docker gate let through servers and looks that get nothing but what is named.

    Whoever gets into the hub asks for all that the gate lets through, whatever the hub would ask.
    """
    if role(container.urn) != "docker-gate-container":
        return
    prefix = str(container.props.get("name")).removesuffix("-docker-gate")
    for name, _, value in (entry.partition("=") for entry in container.props.get("envs") or ()):
        for part, kind in json.loads(value)["kinds"].items() if name == "POLICY" else ():
            for number, body in enumerate(kind["bodies"]):
                where = f"POLICY {part}[{number}]"
                yield from faults(where, body, *(SERVERS if part == "notebook" else LOOKS))
                if part == "notebook":
                    yield from _of_server(where, body["HostConfig"], prefix)
                    yield from unlabelled(where, body)


def _of_server(where: str, host: Body, prefix: str) -> Iterator[str]:
    yield from unlimited(where, host)
    if (mode := host.get("NetworkMode")) != prefix:
        yield f"{where}.HostConfig.NetworkMode is {mode}; give the hub's own network, {prefix}"
    own, homes = {f"{prefix}-{volume}" for volume in OWN}, f"{prefix}-home-{NAME}"
    for mount in (mounts := host["Mounts"])["each_of"] + mounts["any_of"]:
        for place in places(mount.get("Source")):
            if place in own or (not place.startswith("/") and NAME in place and place != homes):
                yield f"{where}.HostConfig.Mounts has volumes of the stack's own, {place}"
