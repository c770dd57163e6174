"""Times what people wait for, on the stack that `make up` started: `make bench`.

Prints the median and the range of each, in seconds of wall time. Machines are noisy: compare
figures of one run, as ratios.
"""

import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Callable

import requests

from . import report
from .docker_gate import print_report, seconds_of_calls
from .hub_image import seconds_to_built
from .notebook import seconds_to_listening

ROUNDS = 5
USER = "ada"
SERVER_SECONDS = 60


def run(*command: str) -> str:
    """Run a command and return its output; a failure ends the benchmark with that output."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def measure(what: str, action: Callable[[], object], undo: Callable[[], object] = int) -> None:
    """Time `action` several times, after one time that warms caches."""
    seconds = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
        undo()
    report(what, seconds[1:])


def hub_build_args() -> dict[str, str]:
    """Return what the stack built the hub's image with."""
    resources = json.loads(run("pulumi", "stack", "export"))["deployment"]["resources"]
    [build] = [resource for resource in resources if resource["urn"].endswith("::hub-build")]
    args: dict[str, str] = build["inputs"]["build"]["args"]
    return args


def sign_in(url: str) -> None:
    """Sign the person in, once: the hub refuses tokens of people whom it has not seen."""
    browser = requests.Session()
    page = browser.get(f"{url}/hub/home")
    for answer in ({"username": USER}, {"decision": "authorize"}):
        if found := re.search(r'name="csrf_token" value="([^"]+)"', page.text):
            page = browser.post(page.url, {**answer, "csrf_token": found[1]})
    page.raise_for_status()


class HubApi:
    """The hub's REST API, as one of the demonstration's people; her server is started anew."""

    def __init__(self) -> None:
        outputs = json.loads(run("pulumi", "stack", "output", "--json"))
        self.network, self.notebook_image = outputs["network"], outputs["notebook_image"]
        sign_in(outputs["url"])
        self.api = f"{outputs['url']}/hub/api/users/{USER}"
        self.token = run(
            *("docker", "exec", f"{self.network}-hub", "setpriv", "--reuid=jupyterhub"),
            *("jupyterhub", "token", USER, "--config=/etc/jupyterhub/jupyterhub_config.py"),
        ).splitlines()[-1]

    def ask(self, method: str, path: str = "") -> int:
        """Send a request; return the status."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.api + path, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=SERVER_SECONDS) as answer:
            status: int = answer.status
            return status

    def start(self) -> None:
        """Start the user's server and wait until people could use it."""
        self.ask("POST", "/server")
        self._until(lambda user: bool(user["servers"]) and user["servers"][""]["ready"])

    def stop(self) -> None:
        """Stop it and wait until it is gone."""
        self.ask("DELETE", "/server")
        self._until(lambda user: not user["servers"])

    def _until(self, holds: Callable[[dict[str, dict[str, dict[str, bool]]]], bool]) -> None:
        deadline = time.monotonic() + SERVER_SECONDS
        request = urllib.request.Request(self.api, headers={"Authorization": f"token {self.token}"})
        while time.monotonic() < deadline:
            with urllib.request.urlopen(request, timeout=SERVER_SECONDS) as answer:
                if holds(json.load(answer)):
                    return
            time.sleep(0.02)
        raise SystemExit(f"the server was not ready within {SERVER_SECONDS} s")


def main() -> None:
    """Measure."""
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.2f}; seconds: median (range)")
    preview = ("pulumi", "preview", "--expect-no-changes")
    measure("pulumi preview, nothing to do", lambda: run(*preview))
    measure("the same with the policies", lambda: run(*preview, "--policy-pack", "policy"))
    measure("make up, everything cached", lambda: run("make", "up"))
    report("the hub's image, a file changed", seconds_to_built(hub_build_args()))
    hub = HubApi()
    hub.stop()
    measure("server of one person, call to ready", hub.start, hub.stop)
    print_report(seconds_of_calls(hub.network))
    wall, processor = seconds_to_listening(hub.notebook_image)
    report("its process, start to listening", wall)
    report("its process, processor time until then", processor)


if __name__ == "__main__":
    main()
