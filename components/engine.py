"""The Docker Engine that a stack is deployed to."""

import os
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from .settings import Settings, matching
from .site import is_loopback

DEFAULT_SOCKET = "/var/run/docker.sock"


def _host(address: str) -> str:
    scheme, _, rest = address.partition("://")
    if not _is_complete(address):
        msg = (
            f"expected an address with unix://, ssh:// or tcp://, such as unix://{DEFAULT_SOCKET} "
            "or ssh://root@lab.example.org; without the key, DOCKER_HOST has to be one"
        )
        raise ValueError(msg)
    if "@" in rest and (scheme != "ssh" or ":" in rest.rpartition("@")[0]):
        msg = (
            "a password in it would be shown to others, and the engine takes none: use a key, "
            "such as ssh://root@lab.example.org, or tcp:// with cert_path"
        )
        raise ValueError(msg)
    return address


def _is_complete(address: str) -> bool:
    try:
        parts = urlsplit(address)
        named = parts.hostname and parts.port != 0
    except ValueError:  # the port is no number
        return False
    if parts.scheme == "unix":
        return not parts.netloc and len(parts.path) > 1
    return parts.scheme in {"ssh", "tcp"} and bool(named)


def _socket(host: str) -> str:
    """Return the socket that an address names, which docker takes an ssh address's path for too."""
    parts = urlsplit(host)
    return (parts.scheme != "tcp" and parts.path.rstrip("/")) or DEFAULT_SOCKET


class DockerArgs(Settings):
    """The engine to deploy to: this machine's, or another's over ssh or TLS."""

    host: Annotated[str, AfterValidator(_host)] = Field(
        default_factory=lambda: os.environ.get("DOCKER_HOST") or f"unix://{DEFAULT_SOCKET}",
        validate_default=True,
        examples=["ssh://root@lab.example.org"],
    )
    """`unix://`, `ssh://` or `tcp://`; default: DOCKER_HOST, or this machine's engine."""
    cert_path: str | None = Field(None, min_length=1, examples=["/etc/docker/lab"])
    """For `tcp://`: the folder of ca.pem, cert.pem and key.pem that the engine takes."""
    socket: Annotated[
        str, matching(r"/[^:]+", f"an absolute path without a colon, such as {DEFAULT_SOCKET}")
    ] = Field(
        default_factory=lambda data: _socket(data["host"]),
        examples=["/run/user/1000/docker.sock"],
    )
    """The engine's socket on its own machine, which the hub is given; default: what `host` names,
    or /var/run/docker.sock."""

    def faults(self) -> Iterator[str]:
        """Yield why the engine would not be reached safely."""
        scheme = urlsplit(self.host).scheme
        if scheme == "tcp" and self.cert_path is None and not is_loopback(self.host):
            yield (
                f"host {self.host} without cert_path would give everybody on the network root "
                "on the engine's machine: set cert_path, or use ssh://"
            )
        if scheme != "tcp" and self.cert_path is not None:
            yield f"cert_path is for tcp:// addresses, but host is {self.host}: remove one of them"
