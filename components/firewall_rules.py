"""The rules of a stack's firewall, in nft's language.

Notebooks are in the upper half of the network's subnet and services in the lower half, so rules
tell them apart by their addresses. Nobody there can forge one: that takes the capability NET_RAW.
`$our_bridge` stands for the network's interface on the host, which images/firewall/firewall names.
"""

from collections.abc import Iterable, Iterator
from ipaddress import collapse_addresses

from hubconfig.openings import SSH
from hubconfig.ports import Port
from hubconfig.sections.network import NetworkArgs

from .network import HUB_PORT
from .proxy import API_PORT

LINK_LOCAL = "169.254.0.0/16"
NOT_THE_INTERNET = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", LINK_LOCAL),
    *("172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3"),
)
"""What RFC 6890 reserves for private networks, links and hosts, and all that is no host's."""

KNOWN = "ct state established,related accept"
DNS = "meta l4proto { tcp, udp } th dport 53 accept"
"""An engine has names found from within a container's own network, by whatever server the host
asks."""
OPENED = "meta l4proto tcp ct original ip daddr . ct original proto-dst @opened accept"
"""The address as the notebook has it: the engine may have put a container's in its place."""


def rules(table: str, args: NetworkArgs, ports: Iterable[Port]) -> list[str]:
    """Return the lines of the tables `bridge <table>` and `inet <table>`.

    The first has what passes between two containers on the network. The second has what the host
    takes in and passes on; for what it passes back to the network, the same holds. `ports` are
    those that the stack publishes on the host.
    """
    return [
        f"table bridge {table} {{",
        *_chain("between", *_within(args), hook="forward priority 0"),
        "}",
        f"table inet {table} {{",
        "set opened { type ipv4_addr . inet_service; }",
        *_chain("to_host", *_to_host(args, ports), hook="input priority -10"),
        *_chain("through", *_through(args), hook="forward priority -10"),
        "}",
    ]


def _chain(name: str, *lines: str, hook: str) -> list[str]:
    return [f"chain {name} {{", f"type filter hook {hook}; policy accept;", *lines, "}"]


def _within(args: NetworkArgs) -> list[str]:
    """Return what passes between two containers, for one packet at a time.

    Without connection tracking, which bridges may lack: what begins a connection has SYN alone.
    """
    hub, proxy, notebooks = args.hub_address, args.proxy_address, args.dynamic_range
    return [
        f"ip saddr {args.subnet} ip daddr != {args.subnet} drop",
        f"ip saddr != {args.subnet} ip daddr {args.subnet} drop",
        f"ip saddr {{ {hub}, {proxy} }} ip daddr {notebooks} meta l4proto tcp accept",
        f"ip saddr {notebooks} ip daddr {hub} tcp dport {HUB_PORT} accept",
        f"ip saddr {notebooks} ip daddr {{ {hub}, {proxy} }} tcp flags & (syn | ack) != syn accept",
        f"ip saddr {notebooks} drop",
        f"ip daddr {notebooks} drop",
        f"ip saddr != {hub} ip daddr {proxy} tcp dport {API_PORT} drop",
    ]


def _to_host(args: NetworkArgs, ports: Iterable[Port]) -> Iterator[str]:
    """Yield what the host takes in: by notebooks at its own addresses, by others on loopback."""
    if local := dict.fromkeys(port.number for port in ports if port.address.is_loopback):
        # An engine sets route_localnet, with which neighbours could come to 127.0.0.1.
        listed = ", ".join(map(str, local))
        yield f"iifname != lo ip daddr 127.0.0.0/8 tcp dport {{ {listed} }} drop"
    if args.notebooks_reach == "everything":
        return
    yield "iifname != $our_bridge accept"
    yield KNOWN
    yield f"ip saddr {args.services_range} accept"
    yield DNS
    yield f"tcp dport {SSH} ct original ip daddr . ct original proto-dst @opened drop"
    yield OPENED
    for port in ports:
        if port.address.is_unspecified:
            yield f"tcp dport {port.number} accept"
        elif port.address.version == 4 and not port.address.is_loopback:
            yield f"ip daddr {port.address} tcp dport {port.number} accept"
    yield from _listed(args)
    yield "drop"


def _through(args: NetworkArgs) -> Iterator[str]:
    """Yield what the host passes on, from the network and to it."""
    yield KNOWN
    yield "iifname != $our_bridge oifname != $our_bridge accept"
    # From elsewhere only to ports that are published, and not on loopback: an engine before 28
    # passes on what a neighbour sends straight to a container's address.
    yield "iifname != $our_bridge ct original ip daddr 127.0.0.0/8 drop"
    yield "iifname != $our_bridge ct status dnat accept"
    yield "iifname != $our_bridge drop"
    yield "meta nfproto ipv6 drop"
    yield OPENED
    doors = f"{args.proxy_address}, {args.edge_address}"
    yield f"oifname $our_bridge ip daddr {{ {doors} }} ct status dnat accept"
    yield from (f"oifname $our_bridge {line}" for line in _within(args))
    yield "oifname $our_bridge accept"
    # A cloud's metadata has the keys of the host's role, which no service needs.
    yield f"ip saddr {args.services_range} ip daddr {LINK_LOCAL} drop"
    yield f"ip saddr {args.services_range} accept"
    yield f"ip saddr != {args.dynamic_range} drop"
    if args.notebooks_reach == "everything":
        return
    yield DNS
    yield from _listed(args)
    if args.notebooks_reach == "nothing":
        yield "drop"
    else:
        yield f"ip daddr {{ {', '.join(NOT_THE_INTERNET)} }} drop"


def _listed(args: NetworkArgs) -> Iterator[str]:
    """Yield what opens the addresses that the settings list."""
    if isinstance(args.notebooks_reach, tuple):
        # Not as it was given: nft has no set with two subnets of which one is in the other.
        listed = ", ".join(map(str, collapse_addresses(args.notebooks_reach)))
        yield f"ip daddr {{ {listed} }} accept"
