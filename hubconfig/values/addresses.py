"""IP addresses of the host and of containers."""

from ipaddress import IPv4Address
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, IPvAnyAddress

BROADCAST = IPv4Address("255.255.255.255")


def _text(given: Any) -> Any:
    """Refuse a number, which pydantic would take for an address of 32 bits."""
    if isinstance(given, int | float):
        msg = "expected an address with dots, or with colons"
        raise ValueError(msg)  # noqa: TRY004  # pydantic takes ValueError alone
    return given


def _of_one_host(address: IPvAnyAddress) -> IPvAnyAddress:
    if address.is_multicast or address == BROADCAST:
        msg = "it is an address of many hosts: give one of this host's, or 0.0.0.0 for all of them"
        raise ValueError(msg)
    return address


ContainerAddress = Annotated[IPv4Address, BeforeValidator(_text)]
HostAddress = Annotated[IPvAnyAddress, BeforeValidator(_text), AfterValidator(_of_one_host)]
"""An address at which the host can listen, or 0.0.0.0 or :: for all that it has."""
