"""What containers see of the host's files."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

from pulumi_policy import ResourceValidationArgs

from hubconfig.values.directories import POWERFUL, overlap
from hubpreview.names import role

from ..rule import CONTAINER, VOLUME, rule

SOCKET = "/var/run/docker.sock"
"""Where the hub sees the engine's socket, wherever the host has it: components/hub.py."""

HARMLESS = ("/etc/localtime", "/etc/ssl/certs", "/etc/timezone", "/usr/share/zoneinfo")
"""Files that anybody may read, so that containers may see them read-only."""


@rule(CONTAINER, VOLUME)
def only_the_hub_sees_the_engine(thing: ResourceValidationArgs) -> Iterator[str]:
    """Let no container but the hub see the engine's socket, and none the system's files.

    Whoever has them can become root on the host; the hub has the socket to start people's servers.
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
            if (
                is_powerful(source)
                and not _is_read(mount, source)
                and not _is_the_hub_s_socket(thing, mount, source)
            ):
                yield (
                    f"mounts {source} of the host, with which it could become root there, or read "
                    "what only root may; remove it"
                )


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
        role(container.urn) == "hub-container"
        and source.endswith(".sock")
        and mount.get("containerPath") == SOCKET
    )
