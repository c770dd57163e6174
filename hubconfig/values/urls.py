"""Addresses of web servers."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
HOST_NAME = re.compile(rf"({_LABEL}\.)*(?!\d+$){_LABEL}")
"""A host's name: RFC 1123, section 2.1. Its last label is not a number, since browsers take a name
that ends in one for an IP address."""


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
    address = address_in(url)
    if address and (address.is_unspecified or address.is_multicast):
        msg = f"{address} is no one host's address: give the server's own"
        raise ValueError(msg)
    return parts.geturl().rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]
"""An http or https URL with its scheme in lower case, without a name, a password or a slash at its
end. Pydantic's own type would add that slash."""


def _site_url(url: str) -> str:
    parts = urlsplit(url)
    if not address_in(url) and not HOST_NAME.fullmatch(parts.hostname or ""):
        msg = "expected one site by its own name, such as https://portal.example.org"
        raise ValueError(msg)
    if parts.path:
        msg = f"give the site alone, without a path, such as {url.removesuffix(parts.path)}"
        raise ValueError(msg)
    return url


SiteUrl = Annotated[HttpUrl, AfterValidator(_site_url)]
"""The address of a site: scheme, host and port."""


def address_in(url: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address in a URL, or None if it has a host's name instead."""
    try:
        return ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return None


def is_loopback(url: str) -> bool:
    """Tell whether a URL can be opened on this machine only."""
    address, host = address_in(url), urlsplit(url).hostname or ""
    if address:
        return address.is_loopback
    return host == "localhost" or host.endswith(".localhost")  # RFC 6761, section 6.3


def is_in_the_clear(url: str) -> bool:
    """Tell whether what goes to an http or https URL crosses a network unencrypted."""
    return url.startswith("http://") and not is_loopback(url)


def is_same_site(url: str, other: str) -> bool:
    """Tell whether browsers take two URLs for one site, if their domain has two labels.

    That is RFC 6265bis, section 5.2; which domains have more labels, such as those below co.uk, is
    in a list that is not here.
    """
    return _site(url) == _site(other)


def _site(url: str) -> tuple[str, str]:
    host = urlsplit(url).hostname or ""
    return urlsplit(url).scheme, host if address_in(url) else ".".join(host.split(".")[-2:])


def port_of(url: str) -> int:
    """Return the TCP port that a URL names or implies."""
    parts = urlsplit(url)
    return parts.port or DEFAULT_PORTS[parts.scheme]
