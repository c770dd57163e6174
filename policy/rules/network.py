"""Ports and addresses: what can be reached from where."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any

from pulumi_policy import EnforcementLevel, PolicyResource, ResourceValidationArgs

from hubconfig.given import Given, NoStackFileError
from hubconfig.neighbours import conflicts
from hubpreview.names import hub_of, role

from ..program import project_folder
from ..rule import CONTAINER, NETWORK, STACK, project_and_stack, rule, stack_rule

DOORS = {"proxy-container": {8000}, "edge-container": {8080, 8443}}
"""The containers that people open, by role (hubpreview/names.py), and their ports for people.
Behind them, every request passes the hub's sign-in; TLS ends in the edge."""


@rule(CONTAINER)
def only_the_door_is_published(container: ResourceValidationArgs) -> Iterator[str]:
    """Let other machines reach only the ports of the proxy or the edge that people open.

    What else listens has no TLS, or no sign-in: it is published on loopback, or not at all.
    """
    if container.props.get("publishAllPorts"):
        yield "publishAllPorts is true; name the ports"
    open_to_all = DOORS.get(role(container.urn), set())
    for port in container.props.get("ports") or ():
        address = port.get("ip") or "0.0.0.0"  # noqa: S104  # the engine's default
        if port["internal"] not in open_to_all and not ip_address(address).is_loopback:
            yield (
                f"publishes port {port.get('external') or port['internal']:.0f} on {address}; set "
                "ip to 127.0.0.1, or remove the port: on the stack's network it is not needed"
            )


@stack_rule()
def fixed_addresses_stay_free(
    resources: list[PolicyResource],
) -> Iterator[tuple[PolicyResource, str]]:
    """Have fixed addresses in the subnet, outside the range that Docker hands out, and once.

    Otherwise a container cannot start, sometimes only after a reboot.
    """
    networks = {
        (resource.props["name"], ip_network(config["subnet"]).version): config
        for resource in resources
        if resource.resource_type == NETWORK
        for config in resource.props.get("ipamConfigs") or ()
        if config.get("subnet")
    }
    holders = {(name, config.get("gateway")): "the host" for (name, _), config in networks.items()}
    for container in resources:
        if container.resource_type != CONTAINER:
            continue
        for network, address in _fixed(container):
            config = networks.get((network, ip_address(address).version))
            if config is None:
                continue
            if fault := _misplaced(address, config):
                yield container, f"{address} {fault}"
            holder = holders.setdefault((network, address), container.name)
            if holder != container.name:
                yield container, f"{address} is also the address of {holder}; give it another"


def _fixed(container: PolicyResource) -> Iterator[tuple[str, str]]:
    """Yield network and address for each address of a container that Docker does not choose."""
    for attached in container.props.get("networksAdvanced") or ():
        for key in ("ipv4Address", "ipv6Address"):
            if address := attached.get(key):
                yield attached["name"], address


def _misplaced(address: str, config: Any) -> str | None:
    """Return what is wrong with a fixed address in a network's IPAM configuration, or None."""
    subnet, dynamic = config["subnet"], config.get("ipRange")
    if ip_address(address) not in ip_network(subnet):
        return f"is not in the network's subnet {subnet}; give one of it"
    if not dynamic:
        return "may be handed out, since the network has no ipRange; give it one without it"
    if ip_address(address) in ip_network(dynamic):
        return f"may be handed out, since it is in the ipRange {dynamic}; give one outside it"
    return None


@stack_rule(EnforcementLevel.ADVISORY)
def notebooks_are_isolated(
    resources: list[PolicyResource],
) -> Iterator[tuple[PolicyResource, str]]:
    """Have a firewall for each hub.

    Otherwise a notebook reaches other people's servers, every port of the host, a cloud's metadata,
    and whatever else the host reaches.
    """
    firewalls = {hub_of(one.urn) for one in resources if role(one.urn) == "firewall-container"}
    for hub in resources:
        if role(hub.urn) == "hub-container" and hub_of(hub.urn) not in firewalls:
            yield (
                hub,
                "nothing keeps its notebooks from each other, nor from the host and private "
                "networks; set network.isolation to firewall",
            )


@rule(STACK)
def stacks_share_nothing(stack: ResourceValidationArgs) -> Iterator[str]:
    """Keep two stack files from claiming one prefix, port or subnet of an engine.

    The second update would fail half-way.
    """
    project, name = project_and_stack(stack.urn)
    folder = project_folder(project)
    try:
        yield from conflicts(Given.by_file(folder, name))
    except NoStackFileError as error:
        yield (
            f"{error}, so nobody sees what it shares with the stack files there; keep the stack's "
            "configuration in that file"
        )
