"""What notebooks reach on a real engine, and what reaches them.

Each address is a container's of the test's own stack, or one that the test itself has put on an
interface of this machine. The control is the same stack without isolation.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from components.containers import of_stack
from hubconfig.servers import Servers
from hubconfig.stack import PART_LABEL, Stack
from tests.deployment import Deployment, configured, free_port, until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="puts addresses on interfaces")

Target = tuple[str, int]
PROBE = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor
def open_(target):
    try:
        socket.create_connection(target, 2).close()
    except OSError:
        return False
    return True
targets = json.loads(sys.argv[1])
with ThreadPoolExecutor(len(targets)) as pool:
    found = pool.map(open_, map(tuple, targets.values()))
    print(json.dumps([name for name, is_open in zip(targets, found) if is_open]))
"""
LISTEN = """
import socket, sys
for port in map(int, sys.argv[1:]):
    listener = socket.create_server(("", port), backlog=128)
    listener.detach()
print(flush=True)
sys.stdin.read()
"""
PRIVATE, HOST, INTERNET, LINK = "10.231.77.2", "10.231.77.1", "203.0.113.77", "169.254.201.77"
"""A neighbour's address, the host's beside it, one that stands for the internet (RFC 5737 keeps it
for examples), and a link-local one."""


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@contextmanager
def listening(*command: str, ports: list[int]) -> Iterator[None]:
    """Listen at ports for a while; a connection is made, and never accepted."""
    numbers = map(str, ports)
    with subprocess.Popen(
        [*command, sys.executable, "-c", LISTEN, *numbers],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdin
        try:
            assert process.stdout.readline()
            yield
        finally:
            process.stdin.close()


class Site:
    """Two notebooks of the stack, one with sudo, and a neighbour of the host."""

    def __init__(self, deployment: Deployment, stack: ExitStack) -> None:
        self.deployment = deployment
        self.namespace = f"fw{secrets.token_hex(3)}"
        self.port = free_port()
        self._put_neighbour(stack)
        deployment.remove_notebooks()  # those of people in other tests
        stack.callback(deployment.remove_notebooks)
        self.ada, self.ben = self._notebook("ada", sudo=False), self._notebook("ben", sudo=True)
        stack.enter_context(listening(ports=[self.port]))
        neighbour = ("ip", "netns", "exec", self.namespace)
        stack.enter_context(listening(*neighbour, ports=[22, 53, 80, 443]))

    def _put_neighbour(self, stack: ExitStack) -> None:
        name, subnet = self.namespace, self.deployment.config["network"]["subnet"]
        ip("netns", "add", name)
        stack.callback(ip, "netns", "delete", name)
        ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("address", "add", f"{HOST}/24", "dev", name)
        ip("link", "set", name, "up")
        inside = ("-n", name)
        for device in ("lo", "eth0"):
            ip(*inside, "link", "set", device, "up")
        ip(*inside, "address", "add", f"{PRIVATE}/24", "dev", "eth0")
        for address in (INTERNET, LINK):
            ip(*inside, "address", "add", f"{address}/32", "dev", "eth0")
            ip("route", "add", f"{address}/32", "dev", name)
        ip(*inside, "route", "add", subnet, "via", HOST)

    def _notebook(self, person: str, *, sudo: bool) -> Any:
        """Start a container with the rights that the hub gives one."""
        deployment, image = self.deployment, self.deployment.outputs()["notebook_image"]
        servers = Servers.model_validate({"notebook": {"sudo": sudo}})
        stack = Stack.named(deployment.project, deployment.stack, deployment.prefix)
        [server] = of_stack(servers, stack, {"lab": image})["servers"]
        rights = server["container"]["HostConfig"]
        return deployment.docker.containers.run(
            image,
            ["-m", "http.server", "8888"],
            entrypoint="python3",
            user=server["container"].get("User"),
            name=f"{stack.notebooks}-{person}",
            labels={**stack.labels, PART_LABEL: "notebook"},
            network=stack.network,
            cap_drop=rights["CapDrop"],
            security_opt=rights.get("SecurityOpt"),
            detach=True,
        )

    def address(self, container: Any) -> str:
        container.reload()
        address: str = container.attrs["NetworkSettings"]["Networks"][self.deployment.prefix][
            "IPAddress"
        ]
        return address

    @property
    def gateway(self) -> str:
        return self.deployment.config["network"]["subnet"].replace(".0/24", ".1")

    def seen_by_a_notebook(self) -> dict[str, Target]:
        services = {name: self.address(self.deployment.container(name)) for name in SERVICES}
        return {
            "hub's api": (services["hub"], 8081),
            "proxy": (services["proxy"], 8000),
            "proxy's api": (services["proxy"], 8001),
            "stand-in": (services["gitlab"], 8080),
            "host at the gateway": (self.gateway, self.port),
            "host elsewhere": (HOST, self.port),
            "private": (PRIVATE, 80),
            "private dns": (PRIVATE, 53),
            "link-local": (LINK, 80),
            "internet": (INTERNET, 80),
        }

    def from_container(self, container: Any, targets: dict[str, Target]) -> set[str]:
        """Return the names of the targets that a container reaches."""
        python = "python3" if "notebook" in container.name else "python"
        status, output = container.exec_run([python, "-c", PROBE, json.dumps(targets)])
        assert status == 0, output
        return {*json.loads(output)}

    def from_neighbour(self, targets: dict[str, Target]) -> set[str]:
        """Return the names of the targets that the neighbour reaches."""
        command = ["ip", "netns", "exec", self.namespace, sys.executable, "-c", PROBE]
        output = subprocess.check_output([*command, json.dumps(targets)], text=True)
        return {*json.loads(output)}


SERVICES = ("hub", "proxy", "gitlab")


@pytest.fixture(scope="module")
def site(deployment: Deployment) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(deployment, stack)


def nft(deployment: Deployment, *arguments: str) -> str:
    """Run nft on this machine, by the image of the firewall."""
    [*_, image] = sorted(
        tag for one in deployment.docker.images.list("jupyterhub-firewall") for tag in one.tags
    )
    output: bytes = deployment.docker.containers.run(
        image,
        [*arguments],
        entrypoint="nft",
        network_mode="host",
        cap_drop=["ALL"],
        cap_add=["NET_ADMIN"],
        remove=True,
    )
    return output.decode()


def tables(deployment: Deployment) -> set[str]:
    """Return the stack's tables on this machine."""
    name = f"firewall-{deployment.prefix}"
    listed = nft(deployment, "list", "tables").splitlines()
    return {line.removeprefix("table ") for line in listed if line.endswith(f" {name}")}


def both(deployment: Deployment) -> set[str]:
    return {f"{family} firewall-{deployment.prefix}" for family in ("bridge", "inet")}


def old_engine(deployment: Deployment) -> bool:
    """Tell whether the engine passes on what a neighbour sends to a container's own address."""
    return int(deployment.docker.version()["Version"].split(".")[0]) < 28


NEEDED = {"hub's api", "private dns", "internet"}


@pytest.mark.parametrize("person", ["ada", "ben"], ids=["without sudo", "with sudo"])
def test_a_notebook_reaches_what_it_needs_and_nothing_else(site, person):
    notebook, other = (site.ada, site.ben) if person == "ada" else (site.ben, site.ada)
    targets = site.seen_by_a_notebook() | {"other notebook": (site.address(other), 8888)}
    assert site.from_container(notebook, targets) == NEEDED


def test_only_hub_and_proxy_come_in_and_only_the_hub_to_the_proxys_api(site):
    notebook, proxy = site.address(site.ada), site.seen_by_a_notebook()["proxy's api"]
    targets = {"notebook": (notebook, 8888), "proxy's api": proxy}
    hub, standin = map(site.deployment.container, ("hub", "gitlab"))
    assert site.from_container(hub, targets) == {"notebook", "proxy's api"}
    assert site.from_container(standin, targets) == set()
    with socket.create_connection((notebook, 8888), timeout=2):
        pass  # from the host itself


def test_a_neighbour_of_the_host_does_not_reach_containers(site):
    seen = site.seen_by_a_notebook()
    targets = {name: seen[name] for name in ("hub's api", "proxy", "proxy's api", "stand-in")}
    targets |= {"notebook": (site.address(site.ada), 8888), "host": (HOST, site.port)}
    assert site.from_neighbour(targets) == {"host"}


def test_a_notebook_has_no_ipv6(site):
    _, addresses = site.ada.exec_run(["cat", "/proc/net/if_inet6"])
    assert b"eth0" not in addresses


@pytest.mark.parametrize("family", ["bridge", "inet"])
def test_tables_that_are_deleted_come_back_within_seconds(site, family):
    deployment = site.deployment
    [firewall] = deployment.firewalls()
    said = b"somebody had removed or changed the rules: they are in force again"
    before = firewall.logs().count(said)
    nft(deployment, "delete", "table", family, f"firewall-{deployment.prefix}")
    until(lambda: firewall.logs().count(said) > before, deployment.logs)
    assert tables(deployment) == both(deployment)
    seen = site.seen_by_a_notebook()
    assert site.from_container(site.ada, seen) == NEEDED


def test_other_rules_are_in_force_at_once_and_there_is_no_moment_without(site):
    deployment, over, found = site.deployment, threading.Event(), []
    [before] = deployment.firewalls()

    def look() -> None:
        while not over.is_set():
            found.append(tables(deployment))

    watch = threading.Thread(target=look)
    with configured(deployment, "network", notebooks_reach=[PRIVATE]):
        watch.start()
        try:
            deployment.up()
        finally:
            over.set()
            watch.join()
        assert found
        assert all(each == both(deployment) for each in found)
        [after] = deployment.firewalls()
        assert after.id != before.id
        assert site.from_container(site.ada, site.seen_by_a_notebook()) == {*NEEDED, "private"}


def test_without_isolation_everything_is_open(site):
    """The control: these are the probes that find closed what the firewall closes."""
    deployment = site.deployment
    with configured(deployment, "network", isolation="none"):
        deployment.up()
        assert deployment.firewalls() == []
        assert tables(deployment) == set()
        seen = site.seen_by_a_notebook() | {"other notebook": (site.address(site.ben), 8888)}
        assert site.from_container(site.ada, seen) == seen.keys()
        inwards = {"notebook": (site.address(site.ada), 8888), "proxy's api": seen["proxy's api"]}
        standin = deployment.container("gitlab")
        assert site.from_container(standin, inwards) == inwards.keys()
        if old_engine(deployment):
            published = {name: seen[name] for name in ("proxy", "stand-in")}
            assert site.from_neighbour(published) == published.keys()
    assert tables(deployment) == both(deployment)
