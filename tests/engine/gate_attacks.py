"""What somebody would ask the engine for who has got into the hub."""

import json
from base64 import b64encode
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Body = dict[str, Any]
MISSING = "nothing-of-that-name"


@dataclass(frozen=True)
class Attack:
    """A request to the gate, and `control`, a harmless one that shows that the engine knows it.

    `made` tells that the engine itself would make such a container.
    """

    content: bytes
    control: bytes = b""
    made: bool = False

    def __str__(self) -> str:
        return self.content[:160].decode("latin-1")


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    """Return a request in bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: docker", *headers]
    if body and not any(line.startswith(("Content-Length", "Transfer")) for line in headers):
        lines += [f"Content-Length: {len(body)}", "Content-Type: application/json"]
    return "\r\n".join([*lines, "", ""]).encode() + body


HOST: list[tuple[str, Any]] = [
    ("Privileged", True),
    *(("Binds", [bound]) for bound in ("/:/host", "/srv:/srv:rw", "/etc:/e:ro", "/var/run:/r")),
    ("Binds", ["/:/host:rshared"]),
    ("Binds", ["{prefix}-hub-data:/data"]),
    ("Binds", ["{prefix}-docker-gate:/gate"]),
    ("CapAdd", ["ALL"]),
    ("CapAdd", ["SYS_ADMIN"]),
    ("CapDrop", None),
    ("CapDrop", []),
    ("CapDrop", ["NET_RAW"]),
    ("SecurityOpt", None),
    ("SecurityOpt", []),
    ("SecurityOpt", ["no-new-privileges", "seccomp=unconfined"]),
    ("SecurityOpt", ["no-new-privileges", "apparmor=unconfined"]),
    ("SecurityOpt", ["no-new-privileges", 'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}']),
    ("SecurityOpt", ["no-new-privileges", "systempaths=unconfined"]),
    ("SecurityOpt", ["no-new-privileges:false"]),
    ("SecurityOpt", ["no-new-privileges", "label=disable"]),
    *((f"{kind}Mode", "host") for kind in ("Pid", "Ipc", "Cgroupns", "Network", "UTS")),
    ("UsernsMode", "host"),
    *((f"{kind}Mode", "container:{prefix}-hub") for kind in ("Pid", "Ipc", "Network")),
    ("NetworkMode", "bridge"),
    ("NetworkMode", "none"),
    ("NetworkMode", "default"),
    (
        "Devices",
        [{"PathOnHost": "/dev/null", "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}],
    ),
    ("DeviceCgroupRules", ["a *:* rwm"]),
    ("DeviceRequests", [{"Driver": "nvidia", "Count": -1, "Capabilities": [["gpu"]]}]),
    ("CgroupParent", "/"),
    ("Cgroup", "host"),
    ("Runtime", "runc"),
    ("Sysctls", {"net.ipv4.ip_forward": "1"}),
    ("VolumesFrom", ["{prefix}-hub"]),
    ("VolumeDriver", "local"),
    ("Links", ["{prefix}-hub:hub"]),
    ("ExtraHosts", ["hub:1.2.3.4"]),
    ("Dns", ["1.2.3.4"]),
    ("GroupAdd", ["0"]),
    ("PortBindings", {"8888/tcp": [{"HostPort": "0"}]}),
    ("PublishAllPorts", True),
    ("MaskedPaths", []),
    ("ReadonlyPaths", []),
    ("OomScoreAdj", -1000),
    ("OomKillDisable", True),
    ("Memory", 0),
    ("Memory", None),
    ("MemorySwap", -1),
    ("CpuQuota", 0),
    ("PidsLimit", 0),
    ("PidsLimit", -1),
    ("PidsLimit", None),
    ("Ulimits", [{"Name": "core", "Soft": -1, "Hard": -1}]),
    ("ShmSize", 2**40),
    ("Tmpfs", {"/t": "exec,suid"}),
    ("StorageOpt", {}),
    ("RestartPolicy", {"Name": "always"}),
    ("AutoRemove", 1),
    ("AutoRemove", "true"),
    ("AutoRemove", True),
    ("Init", True),
    ("LogConfig", {"Type": "none"}),
    ("LogConfig", {"Type": "json-file", "Config": {"labels": "a"}}),
    ("ReadonlyRootfs", True),
    ("ContainerIDFile", "/etc/x"),
    ("Isolation", "default"),
    ("BlkioWeight", 1000),
    ("KernelMemory", 0),
    ("privileged", True),
    ("PRIVILEGED", True),
    ("Unknown", 1),
]
MOUNTS: list[Any] = [
    [],
    None,
    {},
    [{"Type": "bind", "Source": "/", "Target": "/host"}],
    [{"Type": "bind", "Source": "/etc/shadow", "Target": "/s", "ReadOnly": True}],
    [{"Type": "bind", "Source": "/var/run/docker.sock", "Target": "/var/run/docker.sock"}],
    [{"Type": "volume", "Source": "{prefix}-hub-data", "Target": "/data"}],
    [{"Type": "volume", "Source": "{prefix}-docker-gate", "Target": "/gate"}],
    [{"Type": "volume", "Source": "{prefix}x-home-ada", "Target": "/h"}],
    [{"Type": "volume", "Target": "/anonymous"}],
    [{"Type": "tmpfs", "Target": "/t"}],
    [{"Type": "npipe", "Source": "a", "Target": "/n"}],
    [{"Type": "bind", "Source": "/srv", "Target": "/s", "BindOptions": {"Propagation": "rshared"}}],
]
HOME: list[Body] = [
    {"Type": "bind"},
    {"Type": "bind", "Source": "/"},
    {"Target": "/"},
    {"Target": "/etc"},
    {"ReadOnly": True},
    {"Source": "{prefix}-hub-data"},
    {"Source": "{prefix}-home-../../../etc"},
    {"Source": "{prefix}-home-/"},
    {"Source": "{prefix}-home-a\0b"},
    {"Source": "{prefix}-home-a\n"},
    {"Source": "/"},
    {"Source": "{prefix}-home-"},
    {"BindOptions": {"Propagation": "rshared"}},
    {"VolumeOptions": {}},
    {"VolumeOptions": {"DriverConfig": {"Name": "local", "Options": {"o": "bind", "device": "/"}}}},
    {"VolumeOptions": {"NoCopy": True}},
    {"TmpfsOptions": {"Mode": 511}},
]
CONFIG: list[tuple[str, Any]] = [
    ("Image", "{prefix}-hub"),
    ("Image", "sha256:" + "0" * 64),
    ("Image", "debian"),
    ("Image", ""),
    ("Cmd", ["sh"]),
    ("Cmd", None),
    ("Cmd", "start-singleuser.sh"),
    ("Entrypoint", ["sh"]),
    ("Entrypoint", []),
    ("User", "root"),
    ("User", "0"),
    ("User", "990"),
    ("WorkingDir", "/"),
    ("Labels", None),
    ("Labels", {}),
    ("Labels", {"jupyterhub.part": "notebook"}),
    ("Labels", {"jupyterhub.part": "look"}),
    ("ExposedPorts", {"1/tcp": {}}),
    ("Volumes", {"/srv": {}}),
    ("NetworkDisabled", True),
    ("NetworkingConfig", {"EndpointsConfig": {"host": {}}}),
    ("NetworkingConfig", {"EndpointsConfig": {"{prefix}": {"Aliases": ["hub", "proxy"]}}}),
    (
        "NetworkingConfig",
        {"EndpointsConfig": {"{prefix}": {"IPAMConfig": {"IPv4Address": "1.2.3.4"}}}},
    ),
    ("Hostname", "hub"),
    ("Domainname", "hub"),
    ("MacAddress", "02:00:00:00:00:01"),
    ("Healthcheck", {"Test": ["CMD", "true"]}),
    ("OnBuild", ["RUN true"]),
    ("Shell", ["sh"]),
    ("StopSignal", "SIGKILL"),
    ("StopTimeout", 0),
    ("Tty", True),
    ("OpenStdin", True),
    ("AttachStdin", True),
    ("ArgsEscaped", True),
    ("HostConfig", None),
    ("HostConfig", {}),
    ("hostConfig", {"Privileged": True}),
    ("Env", None),
    ("Env", []),
]
VARIABLES = [
    *("LD_PRELOAD=/home/ubuntu/x.so", "PATH=/home/ubuntu", "GRANT_SUDO=yes", "BASH_ENV=/x"),
    *("PYTHONPATH=/x", "NVIDIA_VISIBLE_DEVICES=all", "RESTARTABLE=yes", "CHOWN_EXTRA=/", "X", ""),
]
OF_OTHERS = ["hub", "proxy", "gitlab", "docker-gate"]


def creates(good: Body, prefix: str) -> Iterator[Attack]:
    """Yield requests to make a container that is not as it should be: `good` is one that is."""

    def at(name: str, change: Any) -> Attack:
        changed = deepcopy(good)
        change(changed)
        return create(json.dumps(filled(changed)).encode(), name)

    def filled(value: Any) -> Any:
        text = json.dumps(value).replace("{prefix}", prefix)
        return json.loads(text)

    def create(body: bytes, name: str, *headers: str, query: str = "") -> Attack:
        path = f"/v1.41/containers/create?name={prefix}-notebook-{name}{query}"
        return Attack(request("POST", path, body, *headers), made=True)

    number = 0
    for key, value in HOST:
        number += 1
        yield at(f"h{number}", lambda body, k=key, v=value: body["HostConfig"].update({k: v}))
    for mounts in MOUNTS:
        number += 1
        yield at(f"m{number}", lambda body, v=mounts: body["HostConfig"].update(Mounts=v))
        if mounts:
            number += 1
            yield at(f"m{number}", lambda body, v=mounts: body["HostConfig"]["Mounts"].extend(v))
    for change in HOME:
        number += 1
        yield at(f"o{number}", lambda body, v=change: body["HostConfig"]["Mounts"][0].update(v))
    for key, value in CONFIG:
        number += 1
        yield at(f"c{number}", lambda body, k=key, v=value: body.update({k: v}))
    for variable in VARIABLES:
        number += 1
        yield at(f"e{number}", lambda body, v=variable: body["Env"].append(v))
    text = json.dumps(good)
    for twisted in [
        text.replace('"Image":', '"Image": "debian", "Image":'),
        text.replace('"NetworkMode":', '"Privileged": true, "Privileged": false, "NetworkMode":'),
        text.replace('"NetworkMode":', '"\\u0050rivileged": true, "NetworkMode":'),
        text + text,
        f"[{text}]",
        json.dumps(text),
        *("", "null", "0", "{}", "[]", "{" * 1000, "\ufeff" + "{}", text[:-1]),
    ]:
        number += 1
        yield create(
            twisted.encode(), f"j{number}", "Content-Length: " + str(len(twisted.encode()))
        )
    whole = text.encode()
    large = b'{"Privileged": true, "x": "' + b"x" * 300_000 + b'"}'
    yield create(large, "large")
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(large), large)
    yield create(chunked, "chunked", "Transfer-Encoding: chunked")
    own = whole.replace(b'"NetworkMode":', b'"Privileged": true, "NetworkMode":')
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(own), own)
    yield create(chunked, "chunks", "Transfer-Encoding: chunked", "Content-Type: application/json")
    yield create(own, "typed", f"Content-Length: {len(own)}", "Content-Type: text/plain")
    yield create(own, "both", f"Content-Length: {len(own)}", "Transfer-Encoding: chunked")
    yield create(
        own, "upgraded", f"Content-Length: {len(own)}", "Connection: Upgrade", "Upgrade: tcp"
    )
    yield create(own, "gzip", f"Content-Length: {len(own)}", "Content-Encoding: gzip")
    yield create(whole, "platform", query="&platform=linux")
    yield create(whole, "twice", query=f"&name={prefix}-hub")
    for name in (f"{prefix}-hub2", "free", f"{prefix}-notebook-", "a%00b", "..", ""):
        path = f"/containers/create?name={name}"
        yield Attack(request("POST", path, whole), made=True)
    yield Attack(request("POST", "/containers/create", whole), made=True)


def others(server: str, prefix: str) -> Iterator[Attack]:
    """Yield all other requests; `server` is the id of a person's container."""
    ends = [
        *(("POST", end) for end in ("exec", "attach", "attach?stream=1&stdin=1", "kill", "pause")),
        *(
            ("POST", end)
            for end in ("unpause", "restart", "update", "rename?name=x", "resize?h=1&w=1")
        ),
        *(("GET", end) for end in ("archive?path=/", "export", "changes", "top", "attach/ws")),
        *(("GET", end) for end in ("logs?stdout=1&follow=1", "stats?stream=0", "stats?stream=1")),
        *(("PUT", "archive?path=/"), ("HEAD", "archive?path=/"), ("POST", "wait")),
    ]
    for method, end in ends:
        body = b"{" if method in {"POST", "PUT"} else b""
        control = request(method, f"/containers/{MISSING}/{end}", body)
        yield Attack(request(method, f"/containers/{server}/{end}", body), control)
    for other in OF_OTHERS:
        for method, end in [
            ("GET", "/json"),
            ("POST", "/start"),
            ("POST", "/stop?t=1"),
            ("DELETE", ""),
        ]:
            yield Attack(request(method, f"/v1.41/containers/{prefix}-{other}{end}"))
        yield Attack(request("GET", f"/containers/{prefix}-{other}/logs?stdout=1&stderr=1"))
    for method, path, harmless in [
        ("GET", "/info", "/info"),
        ("GET", "/events", "/events?since=0&until=1"),
        ("GET", "/containers/json", "/containers/json?limit=1"),
        ("GET", "/containers/json?all=1", "/containers/json?limit=1"),
        ("GET", "/images/json", "/images/json?filters=%7B%22reference%22%3A%5B%22none%22%5D%7D"),
        ("GET", "/images/debian/json", f"/images/{MISSING}/json"),
        ("GET", "/images/debian/get", f"/images/{MISSING}/get"),
        ("GET", "/images/debian/history", f"/images/{MISSING}/history"),
        ("GET", "/images/search?term=a", ""),
        ("DELETE", "/images/debian?force=1", f"/images/{MISSING}"),
        ("POST", "/images/create?fromImage=debian", "/images/create?fromImage=A%20B"),
        ("POST", "/images/load", ""),
        ("POST", "/images/prune", "/images/prune?filters=bad"),
        ("POST", "/images/debian/tag?repo=x", f"/images/{MISSING}/tag?repo=x"),
        ("POST", "/images/debian/push", ""),
        ("POST", "/build?remote=http://a", ""),
        ("POST", "/build/prune", "/build/prune?filters=bad"),
        ("POST", f"/commit?container={server}", f"/commit?container={MISSING}"),
        ("POST", "/containers/prune", "/containers/prune?filters=bad"),
        ("GET", "/volumes", "/volumes?filters=%7B%22name%22%3A%5B%22none%22%5D%7D"),
        ("GET", f"/volumes/{prefix}-hub-data", f"/volumes/{MISSING}"),
        ("GET", f"/volumes/{prefix}-docker-gate", f"/volumes/{MISSING}"),
        ("POST", "/volumes/create", ""),
        ("DELETE", f"/volumes/{prefix}-hub-data?force=1", f"/volumes/{MISSING}"),
        ("POST", "/volumes/prune", "/volumes/prune?filters=bad"),
        ("GET", "/networks", "/networks?filters=%7B%22name%22%3A%5B%22none%22%5D%7D"),
        ("GET", f"/networks/{prefix}", f"/networks/{MISSING}"),
        ("POST", "/networks/create", ""),
        ("POST", f"/networks/{prefix}/connect", f"/networks/{MISSING}/connect"),
        ("POST", f"/networks/{prefix}/disconnect", f"/networks/{MISSING}/disconnect"),
        ("DELETE", f"/networks/{prefix}", f"/networks/{MISSING}"),
        ("POST", "/networks/prune", "/networks/prune?filters=bad"),
        ("POST", "/exec/0/start", f"/exec/{MISSING}/start"),
        ("GET", "/exec/0/json", f"/exec/{MISSING}/json"),
        ("GET", "/plugins", "/plugins"),
        ("POST", "/plugins/pull?remote=a", ""),
        ("GET", "/swarm", "/swarm"),
        ("POST", "/swarm/init", ""),
        ("POST", "/swarm/leave?force=1", ""),
        *(
            ("GET", path, path)
            for path in ("/nodes", "/services", "/tasks", "/secrets", "/configs")
        ),
        ("GET", "/system/df", ""),
        ("POST", "/auth", ""),
        ("GET", "/distribution/debian/json", ""),
        ("POST", "/session", ""),
        ("POST", "/grpc", ""),
        ("GET", "/debug/vars", ""),
        ("GET", "/metrics", ""),
    ]:
        body = b"{" if method == "POST" else b""
        known = request(method, harmless, body) if harmless else b""
        yield Attack(request(method, path, body), known)
    hub = f"{prefix}-hub"
    for path in [
        *(f"//containers/{hub}/json", f"/containers//{hub}/json", f"/containers/{hub}//json"),
        *(
            f"/./containers/{hub}/json",
            f"/containers/x/../{hub}/json",
            f"/_ping/../containers/{hub}/json",
        ),
        *(
            f"/%63ontainers/{hub}/json",
            f"/containers/%2e%2e/containers/{hub}/json",
            "/_ping/../info",
        ),
        *(
            f"/containers%2F{hub}%2Fjson",
            f"/containers/{hub}%2Fjson",
            f"/containers/{quote(hub)}%00/json",
        ),
        *(
            f"/v1.24/containers/{hub}/json",
            f"/v1.99/containers/{hub}/json",
            f"/v0/containers/{hub}/json",
        ),
        *(f"/v1.41/v1.41/containers/{hub}/json", f"/V1.41/containers/{hub}/json", "/v1.41/info"),
        *(f"/CONTAINERS/{hub}/json", f"/containers/{hub}/JSON", f"/containers/{hub}/json/"),
        *(
            f"/containers/{hub}/json;a=b",
            f"/containers/{hub};a/json",
            f"/containers/{hub}/json?size=1",
        ),
        *(
            f"http://docker/containers/{hub}/json",
            "http://docker/info",
            "/_ping?a=b",
            "/version/../info",
        ),
        *(f"/containers/{hub}/json#", "/info?", "/_ping%2f..%2finfo", "/_ping;/../info", "\\info"),
        *(f"/containers/{server}/json?a=1", f"/containers/{server}/../{hub}/json", "/_ping\t/info"),
    ]:
        yield Attack(request("GET", path))
    info, ping = request("GET", "/info"), request("GET", "/_ping")
    yield Attack(info + ping)
    yield Attack(request("GET", "/info", b"", "Connection: Upgrade", "Upgrade: h2c"))
    yield Attack(request("POST", f"/containers/{server}/attach?stream=1", b"", "Upgrade: tcp"))
    yield Attack(
        request("GET", "/info", b"", "X-HTTP-Method-Override: GET", "X-Original-URL: /_ping")
    )
    yield Attack(request("get", "/info"))
    yield Attack(request("CONNECT", "docker:80"))
    yield Attack(request("OPTIONS", "*"))
    yield Attack(request("TRACE", "/_ping"))
    yield Attack(request("POST", "/_ping"))
    yield Attack(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")


SENDER = r"""
import base64, json, re, socket, sys
def answered(content):
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(20)
        link.connect(sys.argv[1])
        found = b""
        try:
            link.sendall(content)
        except OSError:
            pass  # it has answered before the end
        try:
            while b"\r\n\r\n" not in found and (part := link.recv(65536)):
                found += part
            head, _, body = found.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            while not content.startswith(b"HEAD") and length and len(body) < int(length[1]):
                if not (part := link.recv(65536)):
                    break
                body += part
        except OSError:
            pass
    words = found.split(None, 2)
    return [int(words[1]) if len(words) > 1 else 0, body[:2000].decode("latin-1") if found else ""]
print(json.dumps([answered(base64.b64decode(line)) for line in sys.stdin]))
"""


def sent(attacks: list[bytes]) -> str:
    """Return what SENDER reads."""
    return "\n".join(b64encode(each).decode() for each in attacks)
