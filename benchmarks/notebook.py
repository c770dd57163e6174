"""Times the single-user server from its start to listening, inside a running container.

`python -m benchmarks.notebook IMAGE` prints the median and the range, and the same in processor
time: on a busy machine that is the steadier figure.
"""

import subprocess
import sys
from pathlib import Path

from tests.images import hub_standin

from . import report

ROUNDS = 10
INSIDE = """
import os, signal, socket, subprocess, sys, time
def listening():
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1]))).close()
    except OSError:
        return False
    return True
start = time.perf_counter()
quiet = {"stderr": subprocess.DEVNULL, "start_new_session": True}
server = subprocess.Popen(["start-singleuser.sh"], **quiet)
while not listening():
    if server.poll() is not None or time.perf_counter() - start > 60:
        sys.exit("the server does not listen")
    time.sleep(0.002)
wall = time.perf_counter() - start
os.killpg(server.pid, signal.SIGKILL)
used = os.wait4(server.pid, 0)[2]
print(wall, used.ru_utime + used.ru_stime)
"""


def seconds_to_listening(image: str) -> tuple[list[float], list[float]]:
    """Start the server several times, after one time that warms caches; wall and processor time."""
    hub = Path(hub_standin.__file__)
    environment = [f"--env={name}={value}" for name, value in hub_standin.ENVIRONMENT.items()]
    mount = f"--volume={hub}:/hub.py:ro"
    start = ("docker", "run", "--detach", "--rm", "--network=none", mount, *environment)
    container = _run(*start, image, "python3", "/hub.py")
    try:
        inside = ("docker", "exec", container, "python3", "-c", INSIDE)
        rounds = [_run(*inside, str(hub_standin.SERVER_PORT)).split() for _ in range(ROUNDS + 1)]
    finally:
        _run("docker", "rm", "--force", container)
    return [float(wall) for wall, _ in rounds[1:]], [float(used) for _, used in rounds[1:]]


def _run(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    for what, seconds in zip(("wall", "processor"), seconds_to_listening(sys.argv[1]), strict=True):
        report(what, seconds)
