"""Where people find the hub, and addresses in general."""

from ipaddress import ip_address
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, IPvAnyAddress, model_validator

from .settings import Settings

DEFAULT_PORTS = {"http": 80, "https": 443}


def _http_url(url: str) -> str:
    parts = urlsplit(url)
    try:
        complete = parts.hostname and parts.port != 0
    except ValueError:  # the port is no number
        complete = False
    if parts.scheme not in DEFAULT_PORTS or not complete or parts.query or parts.fragment:
        msg = "expected the address of a web server, such as https://hub.example.org"
        raise ValueError(msg)
    return url.rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]
"""An http or https URL without a trailing slash; pydantic's own type would add one."""


def is_loopback(url: str) -> bool:
    """Tell whether only this machine can open `url`."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")  # RFC 6761, 6.3


def port_of(url: str) -> int:
    """Return the TCP port that `url` names or implies."""
    parts = urlsplit(url)
    return parts.port or DEFAULT_PORTS[parts.scheme]


class SiteArgs(Settings):
    """The hub's public address, and how it is published on the Docker host."""

    url: HttpUrl = Field(examples=["https://hub.example.org"])
    """Where people open the hub; the OAuth callback follows from it. Outside loopback: https."""
    port: int = Field(default_factory=lambda data: port_of(data["url"]), ge=1, le=65535)
    """The TCP port that is published on the host, without TLS: `url`'s own if that is http;
    required with https, which ends in front of the hub."""
    bind_address: IPvAnyAddress = Field(
        default_factory=lambda data: "127.0.0.1" if is_loopback(data["url"]) else "0.0.0.0",  # noqa: S104
        validate_default=True,
    )
    """Which of the host's addresses it is published on: 127.0.0.1 if `url` is a loopback address,
    else all."""
    prefix: str | None = Field(
        None, pattern=r"^[a-z0-9][a-z0-9-]{0,40}$", examples=["jupyterhub-lab"]
    )
    """Starts the names of all containers, networks and volumes; default: `<project>-<stack>`."""

    @model_validator(mode="after")
    def _it_can_be_served(self) -> Self:
        if self.url.startswith("http://") and not is_loopback(self.url):
            msg = (
                f"url {self.url} would send sign-ins over the network in the clear: use https, "
                "with TLS ended in front of the hub"
            )
            raise ValueError(msg)
        parts = urlsplit(self.url)
        if parts.path or "@" in parts.netloc:
            msg = f"url {self.url}: give scheme, host and port only, since the hub is at /"
            raise ValueError(msg)
        if parts.scheme == "https" and "port" not in self.model_fields_set:
            msg = (
                "port is missing: TLS ends in front of the hub, so name its own port, such as 8000"
            )
            raise ValueError(msg)
        return self
