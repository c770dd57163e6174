"""A container as the engine shows it, in the form of a resource's outputs."""

from ..contract import completed
from ..values import Values
from .container_parts import MIB
from .duration import duration

TYPE = "docker:index/container:Container"


def outputs_of(found: Values, inputs: Values) -> Values:
    """Return the outputs for a container that the engine describes as `found`.

    Environment, labels, mounts, uploads and networks are taken from the inputs: the engine mixes
    the first two with the image's, and does not tell the others as they were given.
    """
    config, host, network = found["Config"], found["HostConfig"], found["NetworkSettings"]
    outputs = completed(TYPE, inputs) | {
        "bridge": network.get("Bridge", ""),
        "command": config["Cmd"] or [],
        "cpuSet": host["CpusetCpus"],
        "cpuShares": host["CpuShares"],
        "domainname": config["Domainname"],
        "entrypoints": config["Entrypoint"] or [],
        "exitCode": None if found["State"]["Running"] else found["State"]["ExitCode"],
        "hostname": config["Hostname"],
        "id": found["Id"],
        "init": bool(host.get("Init")),
        "ipcMode": host["IpcMode"],
        "logDriver": host["LogConfig"]["Type"],
        "maxRetryCount": host["RestartPolicy"]["MaximumRetryCount"],
        "memory": mib(host["Memory"]),
        "memoryReservation": mib(host["MemoryReservation"]),
        "memorySwap": mib(host["MemorySwap"]),
        "name": found["Name"].lstrip("/"),
        "networkDatas": [
            {
                "gateway": end["Gateway"],
                "globalIpv6Address": end["GlobalIPv6Address"],
                "globalIpv6PrefixLength": end["GlobalIPv6PrefixLen"],
                "ipAddress": end["IPAddress"],
                "ipPrefixLength": end["IPPrefixLen"],
                "ipv6Gateway": end["IPv6Gateway"],
                "macAddress": end["MacAddress"],
                "networkName": name,
            }
            for name, end in (network.get("Networks") or {}).items()
        ],
        "networkMode": host["NetworkMode"],
        "platform": found["Platform"],
        "privileged": host["Privileged"],
        "publishAllPorts": host["PublishAllPorts"],
        "readOnly": host["ReadonlyRootfs"],
        "restart": host["RestartPolicy"]["Name"],
        "rm": host["AutoRemove"],
        "runtime": host["Runtime"],
        "shmSize": mib(host["ShmSize"]),
        "stdinOpen": config["OpenStdin"],
        "stopSignal": config.get("StopSignal", ""),
        "stopTimeout": config.get("StopTimeout") or 0,
        "tty": config["Tty"],
        "user": config["User"],
        "usernsMode": host["UsernsMode"],
        "workingDir": config["WorkingDir"],
    }
    if check := config.get("Healthcheck"):
        outputs["healthcheck"] = {
            "interval": duration(check.get("Interval", 0)),
            "retries": check.get("Retries", 0),
            "startInterval": duration(check.get("StartInterval", 0)),
            "startPeriod": duration(check.get("StartPeriod", 0)),
            "tests": check.get("Test") or [],
            "timeout": duration(check.get("Timeout", 0)),
        }
    if inputs.get("ports") and found["State"]["Running"]:
        outputs["ports"] = published(network["Ports"])
    return outputs


def mib(amount: int) -> int:
    """Return an amount in bytes as MiB; -1, which means unlimited, stays."""
    return amount // MIB if amount > 0 else amount


def published(ports: Values) -> list[Values]:
    """Return the published ports, sorted by their numbers in the container."""
    return [
        {
            "external": int(binding["HostPort"]),
            "internal": _number(port),
            "ip": binding["HostIp"],
            "protocol": port.partition("/")[2],
        }
        for port in sorted(ports, key=_number)
        for binding in ports[port] or []
    ]


def _number(port: str) -> int:
    """Return the number of a port such as `8000/tcp`."""
    return int(port.partition("/")[0])


def inputs_of(found: Values, inputs: Values) -> Values:
    """Return the inputs as they are now: `mustRun` is false if the container does not run.

    So a stop shows as a change. A stopped container does not publish ports either, and a change of
    ports replaces it. So, as with the official plug-in, a stopped container is started again, or
    replaced if it publishes ports.
    """
    if found["State"]["Running"] or not inputs.get("mustRun"):
        return inputs
    return {**inputs, "mustRun": False, **({"ports": []} if inputs.get("ports") else {})}
