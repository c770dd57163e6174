"""The section `site`."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, IPvAnyAddress

from ..model import Fault, Settings, matching
from ..values.addresses import HostAddress
from ..values.urls import HOST_NAME, HttpUrl, address_in, is_in_the_clear, is_loopback, port_of

NO_DOMAINS = "none"
LONGEST_DOMAIN = 253 - 64
"""A host's name has 253 characters at most (RFC 1035), and a person's label, with its dot, 64."""


def _bound(url: str) -> str:
    if not is_loopback(url):
        return "0.0.0.0"  # noqa: S104
    return str(address_in(url) or "127.0.0.1")


class SiteArgs(Settings):
    """Where people find the hub, and how it is published on the Docker host."""

    url: HttpUrl = Field(examples=["https://hub.example.org"])
    """The address at which people open the hub, with https unless it is a loopback address, and
    without a path. The OAuth callback is derived from it."""
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
    fronts: tuple[IPvAnyAddress, ...] = Field((), examples=[["10.0.0.5"]])
    """The addresses from which servers in front of the hub reach it, such as one in which TLS ends.
    What they say of people's addresses is believed; what anybody else says is not."""
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
    """The prefix of the names of all containers but the firewall's, of networks and volumes; by
    default `<project>-<stack>`."""
    user_domains: (
        Annotated[
            str,
            matching(
                HOST_NAME.pattern,
                "a domain in lower-case letters, digits, hyphens and dots, such as "
                "hub.example.org, or none",
            ),
        ]
        | None
    ) = Field(None, examples=["hub.example.org"])
    """The domain under which each person's server has a host name of its own: with
    `hub.example.org`, the server of ada is at `ada.hub.example.org`. What somebody's server shows
    is then another origin to browsers than the hub, and cannot act there for who opens it. Every
    name under the domain has to lead to the hub, and its certificate be for them: docs/tls.md.
    With `none`, servers are at the host of `url`; without the key they are too, and a policy
    advises against that."""

    @property
    def domain(self) -> str | None:
        """The domain under which people's servers are, or None if they are at the hub's host."""
        return None if self.user_domains == NO_DOMAINS else self.user_domains

    @property
    def port_key(self) -> str:
        """The key that determines the published port: `port` if it is given, otherwise `url`."""
        return "port" if "port" in self.model_fields_set else "url"

    def faults(self) -> Iterator[Fault]:
        """Yield why the hub cannot be served at this address."""
        parts = urlsplit(self.url)
        if is_in_the_clear(self.url):
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
        if self.domain:
            yield from self._faults_of_domains(self.domain)

    def _faults_of_domains(self, domain: str) -> Iterator[Fault]:
        host = urlsplit(self.url).hostname or ""
        keys = ("url", "user_domains")
        if len(domain) > LONGEST_DOMAIN:
            yield Fault(
                ("user_domains",),
                f"user_domains has {len(domain)} characters, which leaves no room for people's "
                f"names: give one of {LONGEST_DOMAIN} at most",
            )
        if address_in(self.url):
            yield Fault(
                keys,
                f"user_domains is {domain}, but url {self.url} has an address and no name: give "
                "url a host name, or set user_domains to none",
            )
        elif host.endswith(f".{domain}"):
            label = host.removesuffix(f".{domain}")
            yield Fault(
                keys,
                f"user_domains {domain}: a person called {label} would get the hub's own host "
                f"{host}: give a domain that the hub is not in, such as {host} itself",
            )
        elif self.url.startswith("https:") and "." not in domain:
            yield Fault(
                keys,
                f"user_domains {domain}: nobody accepts a certificate for *.{domain}: give a "
                f"domain with a dot in it, such as people.{domain}",
            )
        elif is_loopback(self.url) != is_loopback(f"http://{domain}"):
            yield Fault(
                keys,
                f"user_domains is {domain}, but url is {self.url}: either both or none of them "
                "can be loopback",
            )
