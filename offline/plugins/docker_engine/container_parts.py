"""The engine's form of the blocks that a container's inputs are made of."""

import base64
import io
import tarfile
import time
from collections.abc import Iterator

from ..errors import PluginError
from ..values import Values
from .duration import nanoseconds
from .engine import label_map

MIB = 1024 * 1024


def mib(amount: int) -> int:
    """Return an amount in MiB as bytes; -1, which means unlimited, stays."""
    return amount * MIB if amount > 0 else amount


def healthcheck(block: Values) -> Values:
    """Return a health check, with durations in nanoseconds."""
    names = ("interval", "timeout", "startPeriod", "startInterval")
    spans = {name[0].upper() + name[1:]: nanoseconds(block[name]) for name in names}
    return {"Test": block.get("tests", []), "Retries": block.get("retries", 0), **spans}


def mount(block: Values) -> Values:
    """Return a bind, volume or tmpfs mount."""
    entry = {
        "Type": block["type"],
        "Target": block["target"],
        "Source": block.get("source", ""),
        "ReadOnly": block.get("readOnly", False),
    }
    if options := block.get("bindOptions"):
        entry["BindOptions"] = {"Propagation": options.get("propagation", "")}
    if options := block.get("volumeOptions"):
        entry["VolumeOptions"] = {
            "NoCopy": options.get("noCopy", False),
            "Labels": label_map(options.get("labels", [])),
            "Subpath": options.get("subpath", ""),
        }
        driver = {"Name": options.get("driverName"), "Options": options.get("driverOptions")}
        if any(driver.values()):
            entry["VolumeOptions"]["DriverConfig"] = driver
    if options := block.get("tmpfsOptions"):
        entry["TmpfsOptions"] = {
            "SizeBytes": options.get("sizeBytes", 0),
            "Mode": options.get("mode", 0),
        }
    return entry


def device(block: Values) -> Values:
    """Return a device of the host."""
    return {
        "PathOnHost": block["hostPath"],
        "PathInContainer": block.get("containerPath") or block["hostPath"],
        "CgroupPermissions": block["permissions"],
    }


def device_request(block: Values) -> Values:
    """Return a request to a device driver, such as for GPUs."""
    return {
        "Driver": block["driver"],
        "Count": block.get("count", 0),
        "DeviceIDs": block.get("deviceIds", []),
        "Capabilities": [block.get("capabilities", [])],
        "Options": block.get("options", {}),
    }


def gpus(text: str) -> list[Values]:
    """Return the device request for `all`, a count, or `device=ID,ID`."""
    wanted = text.strip("\"' ")
    request: Values = {"Driver": "", "Count": 0, "Capabilities": [["gpu"]], "Options": {}}
    if wanted == "all":
        return [request | {"Count": -1}]
    if wanted.isdigit():
        return [request | {"Count": int(wanted)}]
    if wanted.startswith("device="):
        return [request | {"DeviceIDs": wanted.removeprefix("device=").split(",")}]
    msg = f"gpus is {text!r}; it must be all, a number, or device=ID[,ID…]"
    raise PluginError(msg)


def binding(block: Values) -> Values:
    """Return where a port is published; the engine chooses an external port that is left out."""
    return {"HostIp": block["ip"], "HostPort": str(block.get("external", ""))}


def volume_bind(block: Values) -> str:
    """Return `source:target:options`; empty for an anonymous volume and for another container's."""
    source = block.get("hostPath") or block.get("volumeName")
    if not source:
        return ""
    mode = ["ro" if block.get("readOnly") else "rw", block.get("selinuxRelabel", "")]
    return f"{source}:{block['containerPath']}:{','.join(filter(None, mode))}"


def endpoint(block: Values) -> Values:
    """Return the settings of a container on a network."""
    return {
        "Aliases": block.get("aliases", []),
        "DriverOpts": dict(option.split("=", 1) for option in block.get("driverOpts", [])),
        "IPAMConfig": {
            "IPv4Address": block.get("ipv4Address", ""),
            "IPv6Address": block.get("ipv6Address", ""),
            "LinkLocalIPs": block.get("linkLocalIps", []),
        },
        "MacAddress": block.get("macAddress", ""),
    }


def upload_archives(uploads: list[Values]) -> Iterator[tuple[str, bytes]]:
    """Yield each upload's path and a tar archive that holds it from the root folder on."""
    for block in uploads:
        given = [name for name in ("content", "contentBase64") if block.get(name)]
        if len(given) != 1:
            msg = (
                f"upload {block['file']} has {' and '.join(given) or 'no content'}; "
                "give content or contentBase64"
            )
            raise PluginError(msg)
        content = block.get("content", "").encode() or base64.b64decode(block["contentBase64"])
        entry = tarfile.TarInfo(block["file"].lstrip("/"))
        mode = 0o744 if block.get("executable") else 0o644
        entry.mode = int(block["permissions"], 8) if block.get("permissions") else mode
        entry.size, entry.mtime = len(content), int(time.time())
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.addfile(entry, io.BytesIO(content))
        yield block["file"], archive.getvalue()
