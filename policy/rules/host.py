"""What containers see of the host's files."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

from pulumi_policy import EnforcementLevel, ResourceValidationArgs

from hubconfig.values.directories import POWERFUL, overlap
from hubpreview.names import role

from ..rule import CONTAINER, VOLUME, rule

SOCKET = "/var/run/docker.sock"
"""Where the hub or its gate sees the engine's socket, wherever the host has it:
components/docker_gate.py."""
HOMES = "/home"
OWNERS = {"hub-container", "docker-gate-container"}
"""Who may have it, by role (hubpreview/names.py)."""
PARTS = OWNERS | {"proxy-container", "edge-container", "gitlab-container"}
"""The parts of a hub, of which none has a directory of the host."""
PROPAGATION = {"", "private", "rprivate"}
TOP = 2
"""How many parts a path in the root directory has, such as /srv."""

HARMLESS = ("/etc/localtime", "/etc/ssl/certs", "/etc/timezone", "/usr/share/zoneinfo")
"""Files that anybody may read, so that containers may see them read-only."""


@rule(CONTAINER, VOLUME)
def only_the_hub_sees_the_engine(thing: ResourceValidationArgs) -> Iterator[str]:
    """Let none but the hub or its gate see the engine's socket, and none the system's files.

    Whoever has them can become root on the host; they have the socket to start people's servers.
    A volume can be a folder of the host too, and any container can mount it.
    """
    if is_powerful(device := _device(thing.props.get("driverOpts"))):
        yield f"driverOpts has the device {device}, which makes root on the host; remove it"
    for mount in (*(thing.props.get("volumes") or ()), *(thing.props.get("mounts") or ())):
        if mount.get("fromContainer"):
            yield (
                f"volumes has fromContainer {mount['fromContainer']}, whatever that container "
                "sees; name the volumes that are needed"
            )
        own_volume = _device((mount.get("volumeOptions") or {}).get("driverOptions"))
        # If a volume's name is a path, Docker takes it for a folder of the host.
        keys = ("hostPath", "volumeName", "source")
        for source in (*(mount.get(key) or "" for key in keys), own_volume):
            if _is_read(mount, source) or _is_the_hub_s_socket(thing, mount, source):
                continue
            if not is_powerful(source) and (why := _unwanted(thing, source)):
                yield f"mounts {source} of the host, {why}"
            if is_powerful(source):
                yield (
                    f"mounts {source} of the host, with which it could become root there, or read "
                    "what only root may; remove it"
                )


@rule(CONTAINER)
def mounts_stay_in_the_container(container: ResourceValidationArgs) -> Iterator[str]:
    """Have mounts be of known kinds, and none pass on to the host what is mounted in a container.

    A mount that propagates reaches the host's own tree of files.
    """
    for mount in container.props.get("mounts") or ():
        if (kind := mount.get("type")) not in {"bind", "tmpfs", "volume"}:
            yield f"mounts has the type {kind}; give bind, tmpfs or volume"
        how = (mount.get("bindOptions") or {}).get("propagation") or ""
        if how not in PROPAGATION:
            yield f"mounts has bindOptions.propagation {how}; remove it"


@rule(CONTAINER, level=EnforcementLevel.ADVISORY)
def the_hub_is_guarded(container: ResourceValidationArgs) -> Iterator[str]:
    """Have a gate between the hub and the engine.

    With the engine's own socket, whoever gets into the hub is root on the host.
    """
    if role(container.urn) == "hub-container":
        for mount in container.props.get("volumes") or ():
            if mount.get("hostPath") and mount.get("containerPath") == SOCKET:
                yield "the hub has the engine's own socket; set docker.access to guarded"


def _unwanted(container: ResourceValidationArgs, source: str) -> str:
    """Say why a container should not see a path of the host; empty if it may, or for a volume."""
    if not source.startswith("/"):
        return ""
    if role(container.urn) in PARTS:
        return "which no part of a hub needs; remove it"
    place = PurePosixPath(normpath(source))
    if len(place.parts) <= TOP or place.is_relative_to(HOMES):
        return "and with it what others keep there; give a directory of its own, such as /srv/data"
    return ""


def _device(options: Any) -> str:
    """Return the device in a volume's options, such as a folder of the host; empty without one."""
    return str((options or {}).get("device") or "")


def is_powerful(path: str) -> bool:
    """Tell whether somebody could become root by a path of the host, or read root's files."""
    if not path.startswith("/"):  # a volume's name
        return False
    plain = normpath(f"/{path.lstrip('/')}")
    return plain.endswith(".sock") or any(overlap(plain, place) for place in POWERFUL)


def _is_read(mount: Any, source: str) -> bool:
    plain = PurePosixPath(normpath(source))
    return bool(mount.get("readOnly")) and any(map(plain.is_relative_to, HARMLESS))


def _is_the_hub_s_socket(container: ResourceValidationArgs, mount: Any, source: str) -> bool:
    return (
        role(container.urn) in OWNERS
        and source.endswith(".sock")
        and mount.get("containerPath") == SOCKET
    )
