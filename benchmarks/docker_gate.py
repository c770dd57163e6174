"""Times what the hub asks the engine for to start a server, through the docker gate and directly.

`python -m benchmarks.docker_gate PREFIX` prints the median and the range of both, and of their
difference in each round, for the stack whose containers' names begin with PREFIX.
"""

import json
import subprocess
import sys
from ipaddress import IPv4Network
from typing import NamedTuple

from hubconfig.sections.docker import DEFAULT_SOCKET

from . import report

ROUNDS = 20
PERSON = "benchmark"
INSIDE = """
import http.client, json, socket, sys, time
class Engine(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.host)
def ask(engine, method, path, body=None):
    headers = {"Host": "engine", "Content-Type": "application/json"}
    engine.request(method, path, body, headers)
    answer = engine.getresponse()
    content = answer.read()
    if answer.status >= 400 and answer.status not in (404, 409):  # gone, or going by itself
        sys.exit(f"{method} {path}: {content.decode()}")
    return answer.status, content
name, body, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
engines = [Engine(path) for path in ("/gate/docker.sock", "/engine.sock")]
for number in range(rounds + 1):
    seconds = []
    for engine in engines if number % 2 else engines[::-1]:
        start = time.perf_counter()
        made = json.loads(ask(engine, "POST", f"/containers/create?name={name}", body)[1])["Id"]
        ask(engine, "POST", f"/containers/{made}/start")
        ask(engine, "GET", f"/containers/{made}/json")
        used = time.perf_counter() - start
        ask(engine, "POST", f"/containers/{made}/stop?t=0")
        start = time.perf_counter()
        ask(engine, "DELETE", f"/containers/{made}?force=1&v=1")
        seconds.append(used + time.perf_counter() - start)
        while ask(engine, "GET", f"/containers/{made}/json")[0] != 404:
            time.sleep(0.01)
    if number:  # the first warms caches
        print(json.dumps(seconds if number % 2 else seconds[::-1]))
"""


class Seconds(NamedTuple):
    """The wall time of each round."""

    guarded: list[float]
    direct: list[float]


def seconds_of_calls(prefix: str, socket: str = DEFAULT_SOCKET) -> Seconds:
    """Have a server made, started, looked at and removed several times, both ways in turn."""
    hub, gate = f"{prefix}-hub", f"{prefix}-docker-gate"
    image = _run("docker", "inspect", "--format={{.Config.Image}}", hub)
    volume = f"{prefix}-home-{PERSON}"
    mounts = (f"--volume={gate}:/gate", f"--volume={socket}:/engine.sock")
    name = f"{prefix}-notebook-{PERSON}"
    started = ("docker", "run", "--rm", "--network=none", "--user=0", "--entrypoint=python3")
    try:
        body = json.dumps(_body(hub, volume))
        printed = _run(*started, *mounts, image, "-c", INSIDE, name, body, str(ROUNDS))
    finally:
        _run("docker", "volume", "rm", "--force", volume)
    rounds = [json.loads(line) for line in printed.splitlines()]
    return Seconds([guarded for guarded, _ in rounds], [direct for _, direct in rounds])


def _body(hub: str, volume: str) -> dict[str, object]:
    """Return the request for a server with a volume as home, as the hub makes it."""
    told = {
        name: json.loads(_run("docker", "exec", hub, "cat", f"/etc/jupyterhub/{name}.json"))
        for name in ("containers", "settings")
    }
    body: dict[str, object] = told["containers"]["servers"][0]["container"]
    settings = told["settings"]
    labels = settings["labels"] | {"jupyterhub.part": "home"}
    place = {"IPAMConfig": {"IPv4Address": str(IPv4Network(settings["addresses"])[-2])}}
    home = {
        "Type": "volume",
        "Source": volume,
        "Target": settings["notebook"]["directory"],
        "VolumeOptions": {"Labels": labels},
    }
    host = body["HostConfig"]
    assert isinstance(host, dict)
    networking = {"EndpointsConfig": {settings["network"]: place}}
    return body | {"HostConfig": host | {"Mounts": [home]}, "NetworkingConfig": networking}


def print_report(seconds: Seconds) -> None:
    """Print both, and the milliseconds that the gate adds."""
    report("the engine's part of a server, directly", seconds.direct)
    report("the same through the docker gate", seconds.guarded)
    both = zip(seconds.guarded, seconds.direct, strict=True)
    report("what the gate adds, in ms", [(guarded - direct) * 1000 for guarded, direct in both])


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:3])}: exit {done.returncode}\n{done.stderr}")
    return done.stdout.strip()


if __name__ == "__main__":
    print_report(seconds_of_calls(sys.argv[1]))
