"""The engine's description of a container, made from a resource's inputs."""

from collections.abc import Callable
from typing import Any

from ..values import Values
from .container_parts import (
    binding,
    device,
    device_request,
    gpus,
    healthcheck,
    mib,
    mount,
    volume_bind,
)
from .engine import label_map


def each(convert: Callable[[Values], Any]) -> Callable[[list[Values]], list[Any]]:
    """Return a function that converts a list, item by item."""
    return lambda blocks: [convert(block) for block in blocks]


def same(value: Any) -> Any:
    """Return `value`, which the engine takes as it is."""
    return value


CONFIG: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "command": ("Cmd", same),
    "domainname": ("Domainname", same),
    "entrypoints": ("Entrypoint", same),
    "envs": ("Env", same),
    "healthcheck": ("Healthcheck", healthcheck),
    "hostname": ("Hostname", same),
    "image": ("Image", same),
    "labels": ("Labels", label_map),
    "stdinOpen": ("OpenStdin", same),
    "stopSignal": ("StopSignal", same),
    "stopTimeout": ("StopTimeout", same),
    "tty": ("Tty", same),
    "user": ("User", same),
    "workingDir": ("WorkingDir", same),
}
"""Inputs on what runs in the container, with the engine's name and form of each."""

HOST_CONFIG: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "cgroupParent": ("CgroupParent", same),
    "cgroupnsMode": ("CgroupnsMode", same),
    "cpuPeriod": ("CpuPeriod", same),
    "cpuQuota": ("CpuQuota", same),
    "cpuSet": ("CpusetCpus", same),
    "cpuShares": ("CpuShares", same),
    "cpus": ("NanoCpus", lambda text: round(float(text) * 1e9)),
    "deviceRequests": ("DeviceRequests", each(device_request)),
    "devices": ("Devices", each(device)),
    "dns": ("Dns", same),
    "dnsOpts": ("DnsOptions", same),
    "dnsSearches": ("DnsSearch", same),
    "gpus": ("DeviceRequests", gpus),
    "groupAdds": ("GroupAdd", same),
    "hosts": ("ExtraHosts", each(lambda block: f"{block['host']}:{block['ip']}")),
    "ipcMode": ("IpcMode", same),
    "memory": ("Memory", mib),
    "memoryReservation": ("MemoryReservation", mib),
    "memorySwap": ("MemorySwap", mib),
    "mounts": ("Mounts", each(mount)),
    "networkMode": ("NetworkMode", same),
    "pidMode": ("PidMode", same),
    "privileged": ("Privileged", same),
    "publishAllPorts": ("PublishAllPorts", same),
    "readOnly": ("ReadonlyRootfs", same),
    "rm": ("AutoRemove", same),
    "runtime": ("Runtime", same),
    "shmSize": ("ShmSize", mib),
    "storageOpts": ("StorageOpt", same),
    "sysctls": ("Sysctls", same),
    "tmpfs": ("Tmpfs", same),
    "ulimits": (
        "Ulimits",
        each(lambda b: {k.capitalize(): b[k] for k in ("name", "soft", "hard")}),
    ),
    "usernsMode": ("UsernsMode", same),
}
"""Inputs on how the host runs the container, with the engine's name and form of each."""

LIMITS = ("cpuShares", "memory", "memoryReservation", "memorySwap", "cpuSet")
"""The inputs that are changed while the container runs, as in the official plug-in."""


def container_config(inputs: Values) -> Values:
    """Return the body of the engine's create request."""
    capabilities = inputs.get("capabilities", {})
    systempaths = "systempaths=unconfined"  # an option of clients, which the engine does not know
    options = inputs.get("securityOpts", [])
    host = renamed(HOST_CONFIG, inputs) | {
        "CapAdd": capabilities.get("adds", []),
        "CapDrop": capabilities.get("drops", []),
        "Init": inputs.get("init", False),
        "LogConfig": {"Type": inputs.get("logDriver", ""), "Config": inputs.get("logOpts", {})},
        "RestartPolicy": restart_policy(inputs),
        "SecurityOpt": [option for option in options if option != systempaths],
    }
    if systempaths in options:
        host |= {"MaskedPaths": [], "ReadonlyPaths": []}
    ports: dict[str, list[Values]] = {}
    for block in inputs.get("ports", []):
        ports.setdefault(f"{block['internal']}/{block['protocol']}", []).append(binding(block))
    volumes = inputs.get("volumes", [])
    host |= {
        "PortBindings": ports,
        "Binds": [bind for bind in map(volume_bind, volumes) if bind],
        "VolumesFrom": [block["fromContainer"] for block in volumes if "fromContainer" in block],
    }
    return renamed(CONFIG, inputs) | {
        "ExposedPorts": {port: {} for port in ports},
        "Volumes": {block["containerPath"]: {} for block in volumes if "containerPath" in block},
        "HostConfig": host,
    }


def renamed(table: dict[str, tuple[str, Callable[[Any], Any]]], inputs: Values) -> Values:
    """Return the inputs that `table` knows, named and formed as the engine wants them."""
    return {key: form(inputs[name]) for name, (key, form) in table.items() if name in inputs}


def restart_policy(inputs: Values) -> Values:
    """Return when the engine starts the container again."""
    return {"Name": inputs["restart"], "MaximumRetryCount": inputs.get("maxRetryCount", 0)}


def update_config(inputs: Values) -> Values:
    """Return the body of the engine's update request.

    Limits that are not given are sent as "no limit", so that taking one away works.
    """
    limits = renamed({name: HOST_CONFIG[name] for name in LIMITS}, inputs)
    body = {"CpuShares": 0, "Memory": 0, "MemoryReservation": 0, "CpusetCpus": "", **limits}
    return body | {"RestartPolicy": restart_policy(inputs)}
