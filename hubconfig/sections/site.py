"""The section `site`."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from ..model import Fault, Settings, matching
from ..values.addresses import HostAddress
from ..values.urls import HOST_NAME, HttpUrl, address_in, is_loopback, port_of


def _bound(url: str) -> str:
    if not is_loopback(url):
        return "0.0.0.0"  # noqa: S104
    return str(address_in(url) or "127.0.0.1")


class SiteArgs(Settings):
    """Where people find the hub, and how it is published on the Docker host."""

    url: HttpUrl = Field(examples=["https://hub.example.org"])
    """The address at which people open the hub, with https unless it is a loopback address. The
    OAuth callback is derived from it."""
    port: int = Field(
        default_factory=lambda data: port_of(data["url"]), ge=1, le=65535, examples=[8000]
    )
    """The TCP port that is published on the host; by default the port of `url`. It is required if
    `url` is https but TLS ends in front of the hub, since this port then serves plain HTTP."""
    bind_address: HostAddress = Field(
        default_factory=lambda data: _bound(data["url"]),
        validate_default=True,
        examples=["127.0.0.1"],
    )
    """The address of the host on which the port is published; by default that of `url` if it is a
    loopback address, and otherwise all of the host's addresses."""
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
    """The prefix of the names of all containers, networks and volumes; by default
    `<project>-<stack>`."""

    @property
    def port_key(self) -> str:
        """The key that determines the published port: `port` if it is given, otherwise `url`."""
        return "port" if "port" in self.model_fields_set else "url"

    def faults(self) -> Iterator[Fault]:
        """Yield why the hub cannot be served at this address."""
        parts = urlsplit(self.url)
        if parts.scheme == "http" and not is_loopback(self.url):
            yield Fault(
                ("url",),
                f"url {self.url} would send sign-ins over the network in the clear: use https, "
                "such as https://hub.example.org, with tls.certificate set, or with TLS ended in "
                "front of the hub",
            )
        if parts.scheme == "http" and is_loopback(self.url) and self.port != port_of(self.url):
            yield Fault(
                ("url", "port"),
                f"port is {self.port}, but url {self.url} has people come to port "
                f"{port_of(self.url)}: remove port",
            )
        if parts.path:
            yield Fault(
                ("url",),
                f"url {self.url}: the hub is at /: give scheme, host and port only, such as "
                "https://hub.example.org",
            )
        if not address_in(self.url) and not HOST_NAME.fullmatch(parts.hostname or ""):
            yield Fault(
                ("url",),
                f"url {self.url}: its host is no host name: give one of letters, digits, hyphens "
                "and dots, such as hub.example.org, or an IP address",
            )
