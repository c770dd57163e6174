"""What people's servers get of the host, by what the hub asks the engine for: containers.json.

Its keys are the Engine API's. What is not named here is refused, so that a reviewer sees it when
somebody names it here.
"""

from collections.abc import Callable, Iterator
from typing import Any

from pulumi_policy import ResourceValidationArgs

from hubconfig.values.variables import RESERVED, ULIMITS

from ..gpus import are_gpus
from ..rule import CONTAINER, hub_containers, hub_settings, rule
from .host import is_powerful
from .rights import NO_NEW_PRIVILEGES

Body = dict[str, Any]
Check = Callable[[Any], bool]

SOURCE = "{source}"
"""What the hub replaces by a directory or volume: components/containers.py."""
NAMES = ("/etc/passwd", "/etc/group")
"""Files that anybody may read, which tell programs the names of the host's accounts."""
ENVIRONMENT = {"GRANT_SUDO=yes", "NVIDIA_VISIBLE_DEVICES=void"}
"""The variables of servers that the configuration reserves: others of these can give GPUs, or what
runs as root before people do."""
SHARED_NETWORKS = {"bridge", "default", "host"}
"""Networks that are not the hub's own, whatever that is called."""


def _anything(_: Any) -> bool:
    return True


def is_harmless(variable: str) -> bool:
    """Tell whether a server may have a variable, written `name=value`."""
    name = variable.partition("=")[0]
    return variable in ENVIRONMENT or name == "TZ" or not RESERVED.fullmatch(name)


def is_read(mount: Body) -> bool:
    """Tell whether a mount shows nothing but a place to look at, read-only."""
    place = {"Type": "bind", "Source": mount.get("Source"), "Target": mount.get("Target")}
    return mount == place | {"ReadOnly": True} and place["Source"] in (SOURCE, *NAMES)


BODY: dict[str, Check] = {
    **dict.fromkeys(("Cmd", "Entrypoint", "HostConfig", "Image", "Labels"), _anything),
    **dict.fromkeys(("User", "WorkingDir"), _anything),
    "Env": lambda variables: all(map(is_harmless, variables)),
}
LIMITS = ("CpuPeriod", "CpuQuota", "Memory", "MemorySwap", "PidsLimit", "ShmSize")
LOOKUPS = ("Dns", "ExtraHosts")
"""What says which address a name has, of which the firewall says whether it is open."""
HOST: dict[str, Check] = {
    **dict.fromkeys((*LIMITS, *LOOKUPS, "CapDrop"), _anything),
    "Ulimits": lambda limits: {limit["Name"] for limit in limits} <= ULIMITS,
    **dict.fromkeys(("AutoRemove", "Init", "ReadonlyRootfs", "RestartPolicy"), _anything),
    "DeviceRequests": are_gpus,
    "LogConfig": lambda log: log["Type"] == "json-file",
    "NetworkMode": lambda mode: mode not in SHARED_NETWORKS and not mode.startswith("container:"),
    "SecurityOpt": lambda options: set(options) <= NO_NEW_PRIVILEGES,
}
"""What a server may get. The hub adds the person's mounts, which settings.json names."""
LOOK: dict[str, Check] = {key: HOST[key] for key in HOST if key not in {*LOOKUPS, "Ulimits"}} | {
    "Binds": lambda binds: binds == [f"{SOURCE}:/directory"],
    "CapAdd": lambda added: added == ["CHOWN"],
    "Mounts": lambda mounts: all(map(is_read, mounts)),
    "NetworkMode": lambda mode: mode == "none",
}


@rule(CONTAINER)
def notebooks_are_limited(container: ResourceValidationArgs) -> Iterator[str]:
    """Have memory, processors and processes of people's servers limited.

    One server that takes everything that the host has stops all others, and the hub.
    """
    for told in hub_containers(container):
        for server in told["servers"]:
            yield from unlimited(_where(server), server["container"]["HostConfig"])


@rule(CONTAINER)
def notebooks_have_few_rights(container: ResourceValidationArgs) -> Iterator[str]:
    """Have people's servers, and the hub's looks at the host, get nothing of it but what is named.

    People run any code there, and a right that reaches the host makes them root on it.
    """
    for told in hub_containers(container):
        for server in told["servers"]:
            yield from faults(_where(server), server["container"], BODY, HOST)
        for name, body in told["looks"].items():
            yield from faults(f"containers.json looks.{name}", body, BODY, LOOK)
    # Last, as a network's name can be unknown before the first update.
    for told in hub_containers(container):
        own = {attached["name"] for attached in container.props.get("networksAdvanced") or ()}
        for server in told["servers"]:
            if (mode := server["container"]["HostConfig"].get("NetworkMode")) not in own:
                where = f"{_where(server)}.HostConfig.NetworkMode"
                yield f"{where} is {mode}; give the hub's own network, which the firewall is for"


@rule(CONTAINER)
def notebooks_see_no_system_files(container: ResourceValidationArgs) -> Iterator[str]:
    """Have people's servers see no directory of the host with which they could become root there.

    The configuration refuses such directories; a program can write the hub's settings otherwise.
    """
    for settings in hub_settings(container):
        notebook = settings["notebook"]
        sources = [notebook["home"], *(shared["source"] for shared in notebook["shared"])]
        for source in sources:
            if is_powerful(source):
                yield f"settings.json: {source} makes people root on the host; give another"


def _where(server: Body) -> str:
    profile = server["profile"]
    return "containers.json servers" + (f"[{profile}]" if profile else "")


def unlimited(where: str, host: Body) -> Iterator[str]:
    """Yield a fault for each limit that a server lacks, by what it gets of the host."""
    for key in ("Memory", "CpuQuota", "PidsLimit"):
        if not (isinstance(limit := host.get(key), int | float) and limit > 0):
            yield f"{where}.HostConfig.{key} is not limited; set it"


def faults(
    where: str, body: Body, keys: dict[str, Check], rights: dict[str, Check]
) -> Iterator[str]:
    """Yield a fault for each key of a body that has no check, or one that fails.

    `rights` are the checks of HostConfig. What lets somebody be root there is a fault too.
    """
    host = body.get("HostConfig") or {}
    for place, given, allowed in ((where, body, keys), (f"{where}.HostConfig", host, rights)):
        for key, value in given.items():
            if value is not None and not allowed.get(key, lambda _: False)(value):
                remedy = "remove it, or name it in policy/rules/notebooks.py"
                yield f"{place}.{key} is {value}; {remedy}"
    dropped, options = host.get("CapDrop") or (), host.get("SecurityOpt") or ()
    if body.get("User") == "root":  # to grant sudo in a container of one's own
        for capability in sorted({"NET_RAW", "MKNOD"} - {*dropped} if "ALL" not in dropped else ()):
            yield f"{where}.HostConfig.CapDrop lacks {capability}, with which root forges or reads"
    elif "ALL" not in dropped or not NO_NEW_PRIVILEGES.intersection(options):
        yield f"{where}.HostConfig lacks CapDrop ALL or SecurityOpt no-new-privileges; add them"
