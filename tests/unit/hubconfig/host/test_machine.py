"""What this machine has: routes, addresses and taken ports."""

import errno
import socket
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from threading import Event

import pytest

from hubconfig.host import machine

TABLE = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
vpn0\t0000000A\t0100080A\t0003\t0\t0\t50\t000000FF\t0\t0\t0
vpn0\t0500080A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0
"""
LOOPBACK = ip_address("127.0.0.1")


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A server of this machine, on a port that the system has chosen."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def test_routes_are_read_as_the_kernel_writes_them(tmp_path, monkeypatch):
    (tmp_path / "route").write_text(TABLE)
    monkeypatch.setattr(machine, "ROUTES", tmp_path / "route")
    assert [(str(one.network), one.interface, one.gateway) for one in machine.routes()] == [
        ("172.17.0.0/16", "docker0", False),
        ("192.0.2.0/24", "eth0", False),
        ("10.0.0.0/8", "vpn0", True),
        ("10.8.0.5/32", "vpn0", False),
    ]


def test_the_largest_packet_is_that_of_the_way_out(tmp_path, monkeypatch):
    (tmp_path / "route").write_text(TABLE)
    (tmp_path / "eth0").mkdir()
    (tmp_path / "eth0/mtu").write_text("1400\n")
    monkeypatch.setattr(machine, "ROUTES", tmp_path / "route")
    monkeypatch.setattr(machine, "INTERFACES", tmp_path)
    assert machine.uplink_mtu() == 1400


def test_this_machines_own_routes_can_be_read():
    assert ip_network("0.0.0.0/0") not in {route.network for route in machine.routes()}


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_a_port_on_which_another_program_listens_is_refused(listening, address):
    assert machine.refusal(ip_address(address), port_of(listening)) == errno.EADDRINUSE


def test_a_port_is_free_again_when_the_program_has_ended(listening):
    port = port_of(listening)
    with socket.create_connection(("127.0.0.1", port)) as client:
        connection, _ = listening.accept()
        connection.close()  # whoever closes first waits for what is still under way
        client.recv(1)
    listening.close()
    assert machine.refusal(LOOPBACK, port) is None


def test_a_port_is_taken_on_its_address_only(listening):
    assert machine.refusal(ip_address("127.0.0.2"), port_of(listening)) is None


def test_an_address_of_another_machine_is_refused():
    assert machine.refusal(ip_address("192.0.2.1"), 0) == errno.EADDRNOTAVAIL


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_addresses_may_be_of_ipv6():
    assert machine.refusal(ip_address("2001:db8::1"), 0) == errno.EADDRNOTAVAIL
    with socket.create_server(("::", 0), family=socket.AF_INET6) as server:
        assert machine.refusal(ip_address("::"), port_of(server)) == errno.EADDRINUSE


@pytest.mark.parametrize(
    ("answer", "found"),
    [([(2, 1, 6, "", ("192.0.2.7", 0))], True), (socket.gaierror(-2, "unknown"), False)],
    ids=str,
)
def test_a_domain_resolves_if_a_name_below_it_does_that_nobody_can_know(monkeypatch, answer, found):
    asked = []

    def look(name, _):
        asked.append(name)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("socket.getaddrinfo", look)
    assert [machine.resolves("hub.example.org") for _ in range(2)] == [found] * 2
    assert len({*asked}) == 2
    assert all(name.endswith(".hub.example.org") for name in asked)


def test_a_dns_that_does_not_answer_has_no_names(monkeypatch):
    answered = Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: answered.wait() and [1])
    monkeypatch.setattr(machine, "DNS_SECONDS", 0.05)
    assert machine.resolves("hub.example.org") is False
    answered.set()
