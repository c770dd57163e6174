"""The section `proxy`."""

import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from ..model import Fault, Settings
from ..values.urls import HOST_NAME, HttpUrl, is_loopback


def _unproxied(name: str) -> str:
    if HOST_NAME.fullmatch(name.removeprefix(".")):
        return name
    try:
        return str(ip_network(name)) if "/" in name else str(ip_network(name).network_address)
    except ValueError:
        msg = "expected a host, a domain, an address or a subnet, such as .lan or 10.0.0.0/8"
        raise ValueError(msg) from None


class WebProxyArgs(Settings):
    """The site's web proxy, through which builds, the hub and notebooks reach the internet."""

    url: HttpUrl | None = Field(None, examples=["http://proxy.example.org:3128"])
    """The proxy's address, as `http_proxy` and `https_proxy` have it. This machine's own programs,
    such as Pulumi, go by the environment instead."""
    no_proxy: tuple[Annotated[str, AfterValidator(_unproxied)], ...] = Field(
        (), examples=[[".lan", "10.0.0.0/8"]]
    )
    """What is reached without the proxy: hosts, domains that begin with a dot, addresses, subnets.
    Mirrors of your own network belong here. The stack's own network, the hub's site, and GitLab if
    it is not gitlab.com, are reached so anyway."""

    def faults(self) -> Iterator[Fault]:
        """Yield why containers cannot use the proxy."""
        if self.url and is_loopback(self.url):
            yield Fault(
                ("url",),
                f"url {self.url} is each container itself to what runs in it: give the proxy's "
                "address on a network, such as http://proxy.example.org:3128",
            )
        if self.url and re.search("[^/]", urlsplit(self.url).path):
            yield Fault(
                ("url",), f"url {self.url} has a path, which no proxy has: give scheme, host, port"
            )
        if self.no_proxy and not self.url:
            yield Fault(("no_proxy", "url"), "no_proxy is for a proxy: give url, or remove it")
