"""The docker gate on a real engine: what the hub needs passes, and nothing else does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Network
from typing import Any

import pytest

from hubconfig.sections.docker import DEFAULT_SOCKET
from tests.deployment import Deployment
from tests.engine.gate_attacks import SENDER, creates, others, sent
from tests.hub_modules import containers, settings
from tests.people import People, deploy, run

SECONDS = 300
REFUSED = {400, 403, 404, 408, 413}


def answers(requests: list[bytes], *command: str) -> list[tuple[int, str]]:
    """Send requests from where a command runs; return each answer's status and content."""
    socket = "/var/run/docker.sock" if len(command) > 1 else DEFAULT_SOCKET
    done = subprocess.run(
        [*command, "-c", SENDER, socket],
        input=sent(requests),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(status, content) for status, content in json.loads(done.stdout)]


def refusals(deployment: Deployment) -> list[dict[str, str]]:
    """Return what the gate's log says that it has refused."""
    lines = deployment.container("docker-gate").logs().decode().splitlines()
    return [json.loads(line) for line in lines if "refused" in line]


@pytest.fixture(scope="module")
def people(plain: Deployment) -> People:
    return deploy(plain)


@pytest.fixture
def good(people: People) -> Any:
    """A request for a container as the hub would make it."""
    hub = people.deployment.container("hub")
    [declared] = json.loads(run(hub, "cat /etc/jupyterhub/containers.json"))["servers"]
    given = json.loads(run(hub, "cat /etc/jupyterhub/settings.json"))
    notebook = settings.made(settings.Settings, given).notebook
    home = containers.home_mount(notebook, given["labels"], "attacker")
    place = {"IPAMConfig": {"IPv4Address": str(IPv4Network(given["addresses"])[-2])}}
    own = {"NetworkingConfig": {"EndpointsConfig": {given["network"]: place}}}
    return containers.server(declared["container"], {"JUPYTERHUB_USER": "a"}, [home], own)


@contextmanager
def unchanged(plain: Deployment) -> Iterator[None]:
    """Nothing of the stack's comes or goes, and nothing stops."""

    def seen() -> Any:
        found = plain.docker.containers.list(all=True, ignore_removed=True, **plain.ours)
        states = {(one.name, one.id, one.status, one.attrs["State"]["StartedAt"]) for one in found}
        return states, {one.name for one in plain.docker.volumes.list(**plain.ours)}

    before = seen()
    yield
    assert seen() == before


def test_a_start_and_a_stop_are_let_through(people):
    before = len(refusals(people.deployment))
    people.start("somebody")
    people.stop()
    assert refusals(people.deployment)[before:] == []


def test_a_stray_server_is_stopped_and_started_anew(people):
    people.start("again")
    people.stop()
    people.start("again")


def test_no_server_starts_without_the_firewall(people):
    [firewall] = people.deployment.firewalls()
    firewall.kill()
    try:
        assert people.refusal("unguarded").startswith("The firewall")
    finally:
        firewall.start()
    people.start("unguarded")


@pytest.fixture
def server(people: People) -> Any:
    return people.start("victim")


def test_no_attack_passes(people, good, server):
    plain = people.deployment
    attacks = [*creates(good, plain.prefix), *others(server.id, plain.prefix)]
    attacks += others(server.id[:12], plain.prefix)
    assert len({attack.content for attack in attacks}) >= 150
    hub = ("docker", "exec", "--interactive", f"{plain.prefix}-hub", "python3")
    with unchanged(plain):
        found = answers([attack.content for attack in attacks], *hub)
    assert [
        (str(attack), status, content)
        for attack, (status, content) in zip(attacks, found, strict=True)
        if status not in REFUSED
    ] == []
    assert [
        (str(attack), status, content)
        for attack, (status, content) in zip(attacks, found, strict=True)
        if status != 400 and content and not told(content).startswith("docker gate: ")
    ] == []


def told(content: str) -> str:
    """Return what an answer says in Docker's form."""
    try:
        return str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        return content


def test_what_is_refused_is_what_the_engine_would_do(people, good, server):
    """The control: the same requests at the engine's own socket."""
    plain, found = people.deployment, list[tuple[int, str]]()
    made = [attack for attack in creates(good, plain.prefix) if attack.made]
    existing = {one.id for one in plain.docker.containers.list(all=True, ignore_removed=True)}
    volumes = {one.name for one in plain.docker.volumes.list()}
    try:
        found = answers([attack.content for attack in made], sys.executable)
    finally:
        for answer in found:
            identity = identity_of(answer[1])
            if identity and identity not in existing:
                plain.docker.api.remove_container(identity, v=True, force=True)
        for volume in plain.docker.volumes.list():
            if volume.name.startswith(plain.prefix) and volume.name not in volumes:
                volume.remove()
    assert not [answer for answer in found if told(answer[1]).startswith("docker gate: ")]
    accepted = sum(status == 201 for status, _ in found)
    assert accepted > 90, [(str(a), f) for a, f in zip(made, found, strict=True) if f[0] != 201]
    known = [attack.control for attack in others(server.id, plain.prefix) if attack.control]
    for content, (status, said) in zip(known, answers(known, sys.executable), strict=True):
        assert status, content
        assert "page not found" not in said, content


def identity_of(content: str) -> str:
    try:
        return str(json.loads(content).get("Id") or "")
    except (ValueError, AttributeError):
        return ""


def test_a_start_that_the_gate_refuses_is_told_as_the_hubs_fault(people):
    hub = people.deployment.container("hub")
    file = "/etc/jupyterhub/containers.json"
    run(hub, f"cp {file} /tmp/before && sed -i s/no-new-privileges/label=disable/ {file}")
    try:
        hub.restart()
        people.deployment.wait_for("hub")
        message = people.refusal("unlucky")
    except AssertionError as error:
        raise AssertionError(people.deployment.logs()) from error
    finally:
        run(hub, f"cp /tmp/before {file}")
        hub.restart()
        people.deployment.wait_for("hub")
    assert "fault of the hub's configuration, and not yours" in message
    assert "HostConfig.SecurityOpt" in message


def test_moving_to_the_engines_own_socket_and_back_ends_no_server(people):
    plain = people.deployment
    before = people.start("staying")
    plain.config = plain.config | {"docker": {"access": "direct"}}
    try:
        plain.up()
        assert not [name for name in plain.things() if name.endswith("-docker-gate")]
        people.start("newcomer")
    finally:
        plain.config = {key: value for key, value in plain.config.items() if key != "docker"}
        plain.up()
    people.ask("DELETE", "users/newcomer/server")  # of the time without a gate
    people.until("newcomer", lambda servers: not servers)
    before.reload()
    assert before.status == "running"
    people.until("staying", lambda servers: servers[""]["ready"])
