"""The Docker Engine that a stack is deployed to."""

import os
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from .settings import Settings
from .site import is_loopback

DEFAULT_SOCKET = "/var/run/docker.sock"
SCHEMES = ("unix", "ssh", "tcp")


class DockerArgs(Settings):
    """The engine to deploy to: this machine's, or another's over ssh or TLS."""

    host: str = Field(
        default_factory=lambda: os.environ.get("DOCKER_HOST", f"unix://{DEFAULT_SOCKET}"),
        examples=["ssh://root@lab.example.org"],
    )
    """`unix://`, `ssh://` or `tcp://`; default: DOCKER_HOST, or this machine's engine."""
    cert_path: str | None = Field(None, examples=["/etc/docker/lab"])
    """For `tcp://`: the folder of ca.pem, cert.pem and key.pem that the engine takes."""
    socket: str = Field(
        default_factory=lambda data: (
            data["host"].removeprefix("unix://")
            if data["host"].startswith("unix://")
            else DEFAULT_SOCKET
        ),
        pattern=r"^/[^:]+$",
    )
    """The engine's socket on its own machine, which the hub is given; default: what `host` names,
    or /var/run/docker.sock."""

    @model_validator(mode="after")
    def _host_is_reached_safely(self) -> Self:
        scheme = urlsplit(self.host).scheme
        if scheme not in SCHEMES:
            msg = (
                f"host {self.host} must begin with unix://, ssh:// or tcp://, such as "
                f"unix://{DEFAULT_SOCKET} or ssh://root@lab.example.org"
            )
            raise ValueError(msg)
        if scheme == "tcp" and self.cert_path is None and not is_loopback(self.host):
            msg = (
                f"host {self.host} without cert_path would give everybody on the network root "
                "on the engine's machine: set cert_path, or use ssh://"
            )
            raise ValueError(msg)
        if scheme != "tcp" and self.cert_path is not None:
            msg = f"cert_path is for tcp:// addresses, but host is {self.host}: remove one of them"
            raise ValueError(msg)
        return self
