"""What a container may do to its host."""

from collections.abc import Callable, Iterator
from typing import Any

from pulumi_policy import ResourceValidationArgs

from hubpreview.names import role

from ..rule import CONTAINER, rule

FREE = {
    *("attach", "command", "containerReadRefreshTimeoutMilliseconds", "destroyGraceSeconds"),
    *("domainname", "entrypoints", "envs", "groupAdds", "healthcheck", "hostname", "image", "init"),
    *("labels", "logs", "maxRetryCount", "mustRun", "name", "platform", "readOnly"),
    *("removeVolumes", "restart", "rm", "start", "stdinOpen", "stopSignal", "stopTimeout", "tmpfs"),
    *("tty", "uploads", "user", "wait", "waitTimeout", "workingDir"),
    *("dns", "dnsOpts", "dnsSearches", "hosts"),
    *("cpuPeriod", "cpuQuota", "cpuSet", "cpuShares", "cpus", "gpus", "logOpts", "memory"),
    *("memoryReservation", "memorySwap", "shmSize", "storageOpts", "ulimits"),
    *("deviceReadBps", "deviceReadIops", "deviceWriteBps", "deviceWriteIops"),
}
"""Inputs of a container that reach nothing outside it, or limit what it uses."""
ELSEWHERE = {
    *("capabilities", "devices", "networksAdvanced", "ports", "publishAllPorts", "privileged"),
    *("mounts", "securityOpts", "volumes"),
}
"""Inputs with a check of their own, below, or in host.py and network.py."""
SYSCTLS = {"net.core.somaxconn", "net.ipv4.ip_unprivileged_port_start"}
CAPABILITIES = {"KILL", "NET_BIND_SERVICE", "SETGID", "SETPCAP", "SETUID"}
"""The capabilities that an entrypoint needs to give up root, or a web server to listen on 443."""
FIREWALLS = {"NET_ADMIN"}
"""The capability that sets the rules of the host's network, which is the firewall's work."""
NAMESPACES = {
    "cgroupnsMode": {"private"},
    "ipcMode": {"none", "private", "shareable"},
    "pidMode": set[str](),
    "usernsMode": set[str](),
}
"""What each may be, besides the default."""
ALLOWED: dict[str, Callable[[Any], bool]] = {
    "deviceRequests": lambda some: all(one.get("driver") in {"cdi", "nvidia"} for one in some),
    "logDriver": lambda driver: driver in {"journald", "json-file", "local", "none"},
    "runtime": lambda runtime: runtime == "runc",
    "sysctls": lambda given: given.keys() <= SYSCTLS,
}
"""What other inputs that reach the host may be. One that is nowhere in this module is refused, such
as `cgroupParent`, and those that a later provider may bring."""
CONFINEMENT = {"apparmor=docker-default", "seccomp=builtin"}
NO_NEW_PRIVILEGES = {"no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"}


@rule(CONTAINER)
def containers_keep_off_the_host(container: ResourceValidationArgs) -> Iterator[str]:
    """Refuse privileged containers, the host's namespaces and devices, and what is not known.

    Whoever gets into such a container has the host.
    """
    props = container.props
    if props.get("privileged"):
        yield "privileged is true; remove it, and add the one capability that is needed"
    for key, allowed in NAMESPACES.items():
        if (mode := props.get(key) or "") and mode not in allowed:
            yield f"{key} is {mode}; remove it, so that the container has a namespace of its own"
    for device in props.get("devices") or ():
        yield f"devices has {device['hostPath']}; remove it, or give GPUs by deviceRequests"
    for key in sorted({*props} - FREE - ELSEWHERE - NAMESPACES.keys() - {"networkMode"}):
        value = props[key]
        if key != "__defaults" and value and not ALLOWED.get(key, lambda _: False)(value):
            given = value if isinstance(value, str) else "not as it may be"
            yield f"{key} is {given}; remove it, or name it in policy/rules/rights.py"
    # Last, as a network's name can be unknown before the first update.
    networks = [props.get("networkMode"), *(n["name"] for n in props.get("networksAdvanced") or ())]
    for mode in (network or "" for network in networks):
        if mode == "host" and is_closed_firewall(container):
            continue
        if mode == "host" or mode.startswith("container:"):
            yield f"networkMode is {mode}; remove it, so that it has a network of its own"


@rule(CONTAINER)
def containers_have_few_rights(container: ResourceValidationArgs) -> Iterator[str]:
    """Have all capabilities dropped, few given back, and none regained by set-uid programs.

    Docker's default capabilities are more than a service needs.
    """
    capabilities = container.props.get("capabilities") or {}
    if "ALL" not in (capabilities.get("drops") or ()):
        yield "capabilities.drops lacks ALL; drop ALL and add what is needed"
    added = {capability.removeprefix("CAP_") for capability in capabilities.get("adds") or ()}
    known = CAPABILITIES | (FIREWALLS if is_closed_firewall(container) else set())
    for capability in sorted(added - known):
        yield (
            f"capabilities.adds has {capability}; do without it, or name it in "
            "policy/rules/rights.py with the reason"
        )
    options = container.props.get("securityOpts") or ()
    if not NO_NEW_PRIVILEGES.intersection(options):
        yield "securityOpts lacks no-new-privileges:true; add it"
    for option in options:
        if option not in NO_NEW_PRIVILEGES | CONFINEMENT:
            yield f"securityOpts has {option[:100]}; remove it"


def is_closed_firewall(container: ResourceValidationArgs) -> bool:
    """Tell whether a container is a hub's firewall, and has none but its own, read-only files.

    It needs the host's network to set rules there, and so nothing else of the host.
    """
    if role(container.urn) != "firewall-container" or not container.props.get("readOnly"):
        return False
    others = ("devices", "mounts", "ports", "uploads", "volumes")
    return not any(container.props.get(key) for key in others)
