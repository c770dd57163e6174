"""Where people find the hub, and addresses in general."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, IPvAnyAddress

from .settings import Settings, matching

DEFAULT_PORTS = {"http": 80, "https": 443}
LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
HOST_NAME = re.compile(rf"({LABEL}\.)*(?!\d+$){LABEL}")
"""RFC 1123, 2.1. What ends in a number is an IP address to browsers."""


def _http_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        complete = parts.scheme in DEFAULT_PORTS and parts.hostname and parts.port != 0
    except ValueError:  # the port is no number, or the host no IPv6 address
        complete = False
    if not complete or re.search(r"[\s?#]", url):
        msg = "expected the address of a web server, with http:// or https://"
        raise ValueError(msg)
    if "@" in parts.netloc:
        msg = (
            "a name or password in it would be in settings and images for others to read: leave "
            "it out"
        )
        raise ValueError(msg)
    return parts.geturl().rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]
"""An http or https URL, its scheme in lower case, without a name, a password or a trailing slash;
pydantic's own type would add the last."""


def address_in(url: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that `url` has in place of a host's name."""
    try:
        return ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return None


def is_loopback(url: str) -> bool:
    """Tell whether only this machine can open `url`."""
    address, host = address_in(url), urlsplit(url).hostname or ""
    if address:
        return address.is_loopback
    return host == "localhost" or host.endswith(".localhost")  # RFC 6761, 6.3


def port_of(url: str) -> int:
    """Return the TCP port that `url` names or implies."""
    parts = urlsplit(url)
    return parts.port or DEFAULT_PORTS[parts.scheme]


def _bound(url: str) -> str:
    if not is_loopback(url):
        return "0.0.0.0"  # noqa: S104
    return str(address_in(url) or "127.0.0.1")


class SiteArgs(Settings):
    """The hub's public address, and how it is published on the Docker host."""

    url: HttpUrl = Field(examples=["https://hub.example.org"])
    """Where people open the hub; the OAuth callback follows from it. Outside loopback: https."""
    port: int = Field(
        default_factory=lambda data: port_of(data["url"]), ge=1, le=65535, examples=[8000]
    )
    """The TCP port that is published on the host, `url`'s own by default; required where `url` is
    https and TLS ends in front of the hub, since this port is without it."""
    bind_address: IPvAnyAddress = Field(
        default_factory=lambda data: _bound(data["url"]),
        validate_default=True,
        examples=["127.0.0.1"],
    )
    """Which of the host's addresses it is published on: `url`'s if that is a loopback address, else
    all."""
    prefix: (
        Annotated[
            str,
            matching(
                r"[a-z0-9][a-z0-9-]{0,40}",
                "lower-case letters, digits and hyphens, 41 at most and no hyphen first, such as "
                "jupyterhub-lab",
            ),
        ]
        | None
    ) = Field(None, examples=["jupyterhub-lab"])
    """Starts the names of all containers, networks and volumes; default: `<project>-<stack>`."""

    def published(self, internal: int, port: int | None = None) -> dict[str, Any]:
        """Return how a container's port is published: as the site's own, or as another one."""
        return {"internal": internal, "external": port or self.port, "ip": str(self.bind_address)}

    def faults(self) -> Iterator[str]:
        """Yield why it cannot be served."""
        if self.url.startswith("http://") and not is_loopback(self.url):
            yield (
                f"url {self.url} would send sign-ins over the network in the clear: use https, "
                "such as https://hub.example.org, with tls.certificate set, or with TLS ended in "
                "front of the hub"
            )
        parts = urlsplit(self.url)
        if parts.path:
            yield (
                f"url {self.url}: the hub is at /: give scheme, host and port only, such as "
                "https://hub.example.org"
            )
        if not address_in(self.url) and not HOST_NAME.fullmatch(parts.hostname or ""):
            yield (
                f"url {self.url}: its host is no host name: give one of letters, digits, hyphens "
                "and dots, such as hub.example.org, or an IP address"
            )
