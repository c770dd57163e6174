"""Whether a stack file fits the engine's host: ports, directories, size."""

import errno

import pytest

from hubconfig.stack import Stack
from tests.unit.hubconfig.host.engines import FakeEngine, publisher, routes, told
from tests.unit.stack_files import ANYBODY

EVERYWHERE = "0.0.0.0"  # noqa: S104
PUBLIC = {"site": {"url": "https://hub.example.org", "port": 8000}, "gitlab": ANYBODY}
DOMAINS = PUBLIC | {"site": PUBLIC["site"] | {"user_domains": "hub.example.org"}}


def test_a_host_with_room_has_no_faults_and_needs_no_advice(host):
    sound = host({}, known=routes("192.0.2.0/24 dev eth0", "172.17.0.0/16 dev docker0"))
    assert told(sound) == list(sound.advice()) == []


@pytest.mark.parametrize(
    ("sections", "found", "key"),
    [
        ({}, publisher("physics-proxy", "physics", "127.0.0.1"), "site.url"),
        ({}, publisher("web", "", EVERYWHERE, "::"), "site.url"),
        (PUBLIC, publisher("web", "", "192.0.2.7"), "site.port"),
    ],
)
def test_a_port_that_anothers_container_has_published_is_told(host, sections, found, key):
    [fault] = host(sections, FakeEngine(given_publishers={8000: [found]})).faults()
    assert fault.keys[0] == key
    assert fault.sentence == (
        f"{key}: port 8000 of the host is published by the container {found.name}: give another "
        "port, or end that"
    )


def test_every_port_of_the_stack_is_looked_at(host):
    engine = FakeEngine(given_publishers={8929: [publisher("web", "", EVERYWHERE)]})
    [said] = told(host({}, engine))
    assert said.startswith("gitlab.url: port 8929 of the host is published by the container web")


def test_a_port_on_another_address_is_another_port(host):
    engine = FakeEngine(given_publishers={8000: [publisher("web", "", "192.0.2.7")]})
    assert told(host({}, engine)) == []


def test_a_port_that_the_stack_itself_has_published_is_its_own(host):
    own = [publisher("jupyterhub-lab-proxy", "lab", "127.0.0.1")]
    engine = FakeEngine(given_publishers={8000: own, 8929: own})
    assert told(host({}, engine, refused=errno.EADDRINUSE)) == []


def test_a_stack_of_that_name_of_another_project_is_another_one(host):
    labels = Stack.named("physics", "lab").labels
    other = publisher("x", "lab", "127.0.0.1")._replace(labels=labels)
    assert len(told(host({}, FakeEngine(given_publishers={8000: [other]})))) == 1


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (errno.EADDRINUSE, "site.port: another program of the host listens on port 8000, and `ss"),
        (errno.EADDRNOTAVAIL, "site.port: the host has no address 192.0.2.7, which site.bind_addr"),
        (errno.EACCES, ""),  # the engine may do what this process may not
    ],
)
def test_what_the_system_says_of_a_port_is_told(host, refused, said):
    sections = PUBLIC | {"site": PUBLIC["site"] | {"bind_address": "192.0.2.7"}}
    lines = told(host(sections, refused=refused))
    assert [line[: len(said)] for line in lines] == ([said] if said else [])


@pytest.mark.parametrize(
    ("sections", "name"),
    [({}, "another"), ({"docker": {"host": "ssh://root@lab.example.org"}}, None)],
)
def test_of_another_machine_only_the_engine_is_asked(host, sections, name):
    engine = FakeEngine(name=name) if name else FakeEngine()
    known = routes("172.18.0.0/24 dev eth0")
    elsewhere = host(sections, engine, known=known, refused=errno.EADDRINUSE)
    assert told(elsewhere) == list(elsewhere.advice()) == []


def test_a_directory_that_the_host_does_not_have_is_told(host):
    shared = [
        {"source": source, "target": f"/{number}"}
        for number, source in enumerate(("/srv/data", "/srv/sets", "volume"))
    ]
    sections = {"notebook": {"shared": shared}}
    [fault] = host(sections, FakeEngine(directories=("/srv/data",))).faults()
    assert fault.keys == ("notebook.shared.1.source",)
    assert fault.sentence == (
        "notebook.shared: the engine's host has no directory /srv/sets: make it there, or give "
        "another"
    )


def test_servers_larger_than_the_host_are_worth_knowing_and_no_fault(host):
    sections = {
        "notebook": {"memory_mib": 8193, "cpus": 4.5},
        "profiles": [
            {"name": "Same"},
            {"name": "Small", "memory_mib": 8192, "cpus": 4},
            {"name": "Large", "memory_mib": 16384, "cpus": 8},
        ],
    }
    small = host(sections)
    assert told(small) == []
    assert [one.sentence for one in small.advice()] == [
        "notebook: memory_mib is 8193, but the host has 8192 MiB",
        "notebook: cpus is 4.5, but the host has 4",
        "profile Large: memory_mib is 16384, but the host has 8192 MiB",
        "profile Large: cpus is 8, but the host has 4",
    ]


@pytest.mark.parametrize(
    ("sections", "found", "told_of"),
    [
        (DOMAINS, False, "the DNS that this machine asks has no names below hub.example.org: peop"),
        (DOMAINS, True, ""),
        (PUBLIC, False, ""),
        ({"site": {"url": "http://localhost:8000", "user_domains": "localhost"}}, False, ""),
    ],
)
def test_names_that_lead_nowhere_are_no_fault_but_told(host, monkeypatch, sections, found, told_of):
    monkeypatch.setattr("hubconfig.host.machine.resolves", lambda _: found)
    placed = host(sections)
    assert told(placed) == []
    said = [advice.sentence for advice in placed.advice()]
    assert len(said) == bool(told_of)
    assert told_of in "".join(said)


@pytest.mark.parametrize(
    ("mtu", "uplink", "advised"),
    [(None, 1400, True), (None, 1500, False), (None, None, False), (1400, 1400, False)],
)
def test_packets_that_are_too_large_for_the_way_out_are_told(host, mtu, uplink, advised):
    network = {"subnet": "172.18.0.0/24"} | ({"mtu": mtu} if mtu else {})
    found = host({"network": network}, uplink_mtu=uplink).advice()
    assert any("takes 1400: where" in fault.sentence for fault in found) is advised
