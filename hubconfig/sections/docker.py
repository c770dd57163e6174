"""The section `docker`."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from ..model import Fault, Settings, matching
from ..surroundings import CONTRADICTING
from ..values.urls import is_loopback

DEFAULT_SOCKET = "/var/run/docker.sock"
DEFAULT_HOST = f"unix://{DEFAULT_SOCKET}"
CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")
"""The files in `cert_path`."""


def _host(address: str) -> str:
    scheme, _, rest = address.partition("://")
    if not _is_complete(address):
        msg = (
            f"expected an address with unix://, ssh:// or tcp://, such as {DEFAULT_HOST} "
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
    if re.search(r"[?#]", address) or ".." in parts.path.split("/") or not address.isprintable():
        return False
    if address.startswith("unix://"):
        return not parts.netloc and len(parts.path) > 1
    # ssh takes a host, or a user, that begins with a hyphen for an option.
    options = parts.netloc.startswith("-") or (parts.hostname or "").startswith("-")
    plain = not options and " " not in address
    return address.startswith(("ssh://", "tcp://")) and bool(named) and plain


def _socket(host: str) -> str:
    """Return the path of the engine's socket: that in a unix or ssh address, or the default."""
    parts = urlsplit(host)
    return (parts.scheme != "tcp" and parts.path.rstrip("/")) or DEFAULT_SOCKET


class DockerArgs(Settings):
    """The Docker Engine to deploy to: this machine's own, or another machine's by ssh or TLS."""

    host: Annotated[str, AfterValidator(_host)] = Field(
        default_factory=lambda: os.environ.get("DOCKER_HOST") or DEFAULT_HOST,
        validate_default=True,
        examples=["ssh://root@lab.example.org"],
    )
    """The engine's address, which begins with `unix://`, `ssh://` or `tcp://`; by default the value
    of DOCKER_HOST, or this machine's engine if that is not set."""
    cert_path: str | None = Field(None, min_length=1, examples=["/etc/docker/lab"])
    """For `tcp://`: the folder on this machine with ca.pem, the authority that vouches for the
    engine, and with cert.pem and key.pem, the client certificate that the engine accepts."""
    socket: Annotated[
        str,
        matching(
            r"/[^:]*[^:/]", f"a file's absolute path without a colon, such as {DEFAULT_SOCKET}"
        ),
    ] = Field(
        default_factory=lambda data: _socket(data["host"]),
        examples=["/run/user/1000/docker.sock"],
    )
    """The path of the engine's socket on the engine's own machine, which is mounted into the docker
    gate's container, or the hub's; by default the path in `host`, or /var/run/docker.sock if it has
    none."""

    access: Literal["guarded", "direct"] = Field("guarded", examples=["direct"])
    """What the hub has of the engine. `guarded`: a gate between them lets through what people's
    servers need. `direct`: the engine's own socket, with which whoever gets into the hub is root on
    the host."""

    @property
    def is_local(self) -> bool:
        """Whether the engine is this machine's own."""
        return self.host.startswith("unix://")

    @property
    def named_host(self) -> str:
        """The engine's address in the stack file, or this machine's engine; never DOCKER_HOST.

        DOCKER_HOST belongs to one shell, so it does not tell the engine of another stack.
        """
        named = self.host if "host" in self.model_fields_set else DEFAULT_HOST
        return re.sub(r"^unix:///run/", "unix:///var/run/", named)  # /var/run is a link to it

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which the `docker` command finds the engine."""
        if self.cert_path is None:
            return {"DOCKER_HOST": self.host}
        tls = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": self.cert_path}
        return {"DOCKER_HOST": self.host, **tls}

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for `tcp://` without certificates, and for these without `tcp://`."""
        scheme = urlsplit(self.host).scheme
        if scheme == "tcp" and self.cert_path is None and not is_loopback(self.host):
            yield Fault(
                ("host", "cert_path"),
                f"host {self.host} without cert_path would give everybody on the network root "
                "on the engine's machine: set cert_path, or use ssh://",
            )
        if scheme != "tcp" and self.cert_path is not None:
            yield Fault(
                ("host", "cert_path"),
                f"cert_path is for tcp:// addresses, but host is {self.host}: remove one of them",
            )

    def faults_here(self) -> Iterator[Fault]:
        """Yield what is missing in `cert_path`, and a fault for each contradicting variable.

        Pulumi's Docker plug-in, or docker, prefers such a variable to this section.
        """
        for file in CERTIFICATES if self.cert_path else ():
            try:
                Path(self.cert_path or "", file).open("rb").close()
            except OSError as error:
                yield Fault(
                    ("cert_path",),
                    f"cert_path {self.cert_path}: cannot read {file} there: {error.strerror}; give "
                    f"the folder of this machine with {', '.join(CERTIFICATES)}",
                )
        for name in CONTRADICTING:
            if os.environ.get(name):
                yield Fault(
                    ("host", "cert_path"),
                    f"{name} is set in the environment, and Pulumi's Docker plug-in, or docker, "
                    "would go by it besides docker.host and docker.cert_path: unset it, as `source "
                    ".state/env` does, and name the engine with those keys",
                )
