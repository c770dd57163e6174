"""The program that keeps the firewall's rules in force, in a namespace of the test's own."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from ipaddress import ip_address

import pytest

from components.firewall_rules import rules
from hubconfig.ports import Port
from hubconfig.sections.network import NetworkArgs

from .engine import container, docker, logs
from .test_server import health, until

TABLE = "firewall-test"
BOTH = {f"table bridge {TABLE}", f"table inet {TABLE}"}
LINES = rules(
    TABLE,
    NetworkArgs.model_validate({"subnet": "10.9.0.0/24", "notebooks_reach": ["10.1.2.3"]}),
    [Port(ip_address("127.0.0.1"), 8000), Port(ip_address("0.0.0.0"), 80)],  # noqa: S104
)
RIGHTS = (
    *("--cap-drop=ALL", "--cap-add=NET_ADMIN", "--security-opt=no-new-privileges:true"),
    *("--read-only", "--health-interval=0.5s", "--health-start-period=1s", "--stop-timeout=30"),
)
Start = Callable[..., AbstractContextManager[str]]


@pytest.fixture
def namespace(images) -> Iterator[str]:
    """A container that does nothing but have a network namespace, in which a test may do harm."""
    pause = ("--entrypoint=sleep", "--cap-add=NET_ADMIN")
    with container(images["firewall"], "infinity", options=pause) as name:
        yield name


@pytest.fixture
def start(images, namespace) -> Start:
    """Start the firewall in the namespace, with rules on an interface that is there."""

    def run(*lines: str, opened: str = "", bridge: str = "lo") -> AbstractContextManager[str]:
        given = {"TABLE": TABLE, "BRIDGE": bridge, "OPENED": opened}
        environment = (f"--env={key}={value}" for key, value in given.items())
        options = (*RIGHTS, f"--network=container:{namespace}", *environment)
        return container(images["firewall"], *(lines or LINES), options=options)

    return run


@pytest.fixture
def nft(namespace) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        return docker("exec", namespace, "nft", *arguments)

    return run


def healthy(name: str) -> None:
    until(lambda: health(name) == "healthy", "not healthy", name)


def says(name: str, text: str) -> None:
    until(lambda: text in logs(name), f"does not say: {text}", name)


def in_namespace(name: str, *arguments: str) -> None:
    """Run the host's `ip` in a container's network namespace."""
    pid = docker("inspect", "--format={{.State.Pid}}", name)
    subprocess.run(["nsenter", "--net", f"--target={pid}", "ip", *arguments], check=True)


HARM = [
    pytest.param(("flush", "ruleset"), id="all rules of the host are flushed"),
    pytest.param(("delete", "table", "inet", TABLE), id="one table is removed"),
    pytest.param(("flush", "chain", "bridge", TABLE, "between"), id="a chain is emptied"),
    pytest.param(("insert", "rule", "inet", TABLE, "through", "accept"), id="a rule is added"),
]


@pytest.mark.parametrize("harm", HARM)
def test_rules_that_somebody_removes_or_changes_are_put_back(start, nft, harm):
    with start(opened="10.1.1.1:443") as firewall:
        healthy(firewall)
        before = [nft("list", "table", family, TABLE) for family in ("bridge", "inet")]
        assert "10.1.1.1 . 443" in before[1]
        nft(*harm)
        says(firewall, "somebody had removed or changed the rules: they are in force again")
        assert [nft("list", "table", family, TABLE) for family in ("bridge", "inet")] == before


def test_rules_stay_when_the_firewall_is_killed(start, nft):
    with start() as firewall:
        healthy(firewall)
        docker("kill", firewall)
        assert set(nft("list", "tables").splitlines()) == BOTH


def test_rules_go_with_the_firewall_when_nothing_is_left_on_the_network(start, nft):
    with start(bridge="gone") as firewall:
        healthy(firewall)
        docker("stop", firewall)
        assert "the rules are gone" in logs(firewall)
        assert nft("list", "tables") == ""


def test_rules_outlive_an_engine_that_stops_while_servers_run(start, nft, namespace):
    for arguments in (
        ("link", "add", "bridge0", "type", "bridge"),
        ("link", "add", "port0", "type", "veth", "peer", "name", "port1"),
        ("link", "set", "port0", "master", "bridge0"),
    ):
        in_namespace(namespace, *arguments)
    with start(bridge="bridge0") as firewall:
        healthy(firewall)
        docker("stop", "--time=10", firewall)  # as long as an engine waits
        assert set(nft("list", "tables").splitlines()) == BOTH
        docker("start", firewall)
        healthy(firewall)
        docker("stop", firewall)
        assert nft("list", "tables") == "", "who removes it gives it more time"


def test_a_successor_takes_over_and_its_rules_stay(start, nft):
    with start() as old, start(*(line for line in LINES if "10.1.2.3" not in line)) as new:
        healthy(new)
        says(old, "another container of the stack has taken over")
        healthy(old)
        docker("stop", old)
        listed = nft("list", "table", "inet", TABLE)
        assert "chain through" in listed
        assert "10.1.2.3" not in listed


def test_it_is_not_healthy_while_the_rules_are_not_in_force(start):
    with start() as firewall:
        healthy(firewall)
        check = "firewall-healthcheck && echo whole"
        assert docker("exec", firewall, "bash", "-c", check) == "whole"
        harm = f"nft delete table bridge {TABLE}; {check} 2>/dev/null || echo unhealthy"
        assert docker("exec", firewall, "bash", "-c", harm) == "unhealthy"
        says(firewall, "in force again")
        assert docker("exec", firewall, "bash", "-c", check) == "whole"


def test_rules_that_the_kernel_does_not_take_are_told_with_a_remedy(start, nft):
    with start("table inet", "no language of nft's") as firewall:
        assert docker("wait", firewall) == "1"
        said = logs(firewall)
        assert "the rules cannot be put in force" in said
        assert "network.isolation: none" in said
        assert "syntax error" in said
        assert nft("list", "tables") == ""


def test_names_are_open_at_the_addresses_that_the_host_finds(start, nft):
    opened = "10.2.2.2:443 localhost:80 no.such.name.invalid:443 10.2.2.2:22"
    with start(opened=opened) as firewall:
        healthy(firewall)
        listed = nft("list", "set", "inet", TABLE, "opened")
        assert "10.2.2.2 . 443" in listed
        assert "10.2.2.2 . 22" in listed
        assert "127." not in listed
        assert "no.such.name.invalid has no address here" in logs(firewall)
