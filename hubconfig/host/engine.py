"""What a Docker Engine tells about its host. Nothing is changed there."""

import csv
import io
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network
from typing import Any, NamedTuple

from ..sections.docker import DockerArgs
from ..surroundings import cleaned

PATIENCE = 10
"""How many seconds an answer of the engine may take."""
NO_IMAGE = "nothing.invalid/nothing"
"""An image that does not exist, so no container of it is made: RFC 2606 reserves `invalid`."""
NO_SOURCE = "bind source path does not exist"
"""The engine's message on a directory that does not exist: moby's volume/mounts/validate.go."""


class NotSeenError(Exception):
    """The engine does not answer; the message says why."""


class Network(NamedTuple):
    """One of the engine's networks, with the name of its bridge on the host."""

    name: str
    labels: dict[str, str]
    bridge: str
    subnets: tuple[IPv4Network, ...]


class Publisher(NamedTuple):
    """A running container that publishes a port on the host, and the host's addresses for it."""

    name: str
    labels: dict[str, str]
    addresses: tuple[IPv4Address | IPv6Address, ...]


class EngineHost:
    """The host of an engine; every method raises `NotSeenError` if the engine does not answer.

    `memory` is in bytes, and `cpus` is the number of processors.
    """

    memory: int
    cpus: int
    name: str

    def __init__(self, docker: DockerArgs) -> None:
        self._environment = cleaned(os.environ) | docker.environment
        info = json.loads(self._asked("info", "--format={{json .}}"))
        self.memory, self.cpus, self.name = info["MemTotal"], info["NCPU"], info["Name"]

    def networks(self) -> Iterator[Network]:
        """Yield the engine's networks."""
        for one in self._inspected("network", self._asked("network", "ls", "--quiet")):
            given = [ip_network(each["Subnet"]) for each in one["IPAM"]["Config"] or ()]
            subnets = tuple(subnet for subnet in given if isinstance(subnet, IPv4Network))
            bridge = (one["Options"] or {}).get("com.docker.network.bridge.name")
            labels, of_id = one["Labels"] or {}, f"br-{one['Id'][:12]}"
            yield Network(one["Name"], labels, bridge or of_id, subnets)

    def publishers(self, port: int) -> Iterator[Publisher]:
        """Yield the running containers that publish a TCP port on the host."""
        listed = self._asked("ps", f"--filter=publish={port}", "--quiet")
        for one in self._inspected("container", listed):
            addresses = [
                each["HostIp"]
                for inside, bindings in one["NetworkSettings"]["Ports"].items()
                for each in bindings or ()
                if inside.endswith("/tcp") and each["HostPort"] == str(port)
            ]
            yield Publisher(
                one["Name"].removeprefix("/"),
                one["Config"]["Labels"] or {},
                tuple(ip_address(address or "0.0.0.0") for address in addresses),  # noqa: S104
            )

    def _inspected(self, kind: str, listed: str) -> list[dict[str, Any]]:
        """Return what the engine has of the things listed, without those that went meanwhile."""
        ids = listed.split()
        done = self._run(kind, "inspect", *ids) if ids else None
        return json.loads(done.stdout or "[]") if done else []

    def has(self, directory: str) -> bool:
        """Tell whether the host has a directory that the engine can mount into a container.

        The engine is asked for a container of an image that does not exist. It looks for the
        directory before it looks for the image, so it makes nothing.
        """
        mount = io.StringIO()
        csv.writer(mount).writerow(["type=bind", f"source={directory}", "target=/looked-for"])
        command = ("create", "--pull=never", f"--mount={mount.getvalue().strip()}", NO_IMAGE)
        return NO_SOURCE not in self._run(*command).stderr

    def _asked(self, *command: str) -> str:
        done = self._run(*command)
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            raise NotSeenError(lines[-1] if lines else f"docker {command[0]} failed")
        return done.stdout

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        try:
            process = subprocess.Popen(
                ["docker", *command],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,  # no terminal on which ssh could ask for a password
            )
        except OSError as error:
            msg = f"the command docker does not run: {error.strerror}"
            raise NotSeenError(msg) from error
        try:
            said = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)  # its ssh too
            process.communicate()
            msg = f"it did not answer within {PATIENCE} s"
            raise NotSeenError(msg) from error
        return subprocess.CompletedProcess(command, process.returncode, *said)
