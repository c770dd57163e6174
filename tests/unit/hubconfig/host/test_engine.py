"""What an engine tells of its host, by a `docker` that says what engines say."""

import json
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubconfig.host import engine as module
from hubconfig.host.engine import EngineHost, NotSeenError
from hubconfig.sections.docker import DockerArgs

INFO = {"MemTotal": 8 * 1024**3, "NCPU": 4, "Name": "lab"}
NETWORKS: list[dict[str, Any]] = [
    {
        "Name": "bridge",
        "Id": "0" * 64,
        "IPAM": {"Config": [{"Subnet": "172.17.0.0/16"}]},
        "Options": {"com.docker.network.bridge.name": "docker0"},
        "Labels": None,
    },
    {
        "Name": "physics",
        "Id": "0123456789abcdef" * 4,
        "IPAM": {"Config": [{"Subnet": "fd00::/64"}, {"Subnet": "172.30.0.0/24"}]},
        "Options": {},
        "Labels": {"pulumi.stack": "physics"},
    },
    {"Name": "host", "Id": "1" * 64, "IPAM": {"Config": None}, "Options": None, "Labels": {}},
]

Docker = Callable[..., EngineHost]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """Return an engine of which `docker` says `info`, and what `answers` says to other commands."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def of(answers: str = "", *, info: str = "", **docker: str) -> EngineHost:
        script = f"""#!/bin/sh
            echo "$DOCKER_HOST|$DOCKER_TLS_VERIFY|$DOCKER_CERT_PATH|$DOCKER_CONTEXT" >{tmp_path}/env
            printf '%s\\n' "$@" >{tmp_path}/command
            [ "$1" = info ] || {{ {answers or ":"}; exit; }}
            {info or f"echo {shlex.quote(json.dumps(INFO))}"}
            """
        (tmp_path / "docker").write_text(script)
        (tmp_path / "docker").chmod(0o755)
        return EngineHost(DockerArgs.model_validate(docker))

    return of


def said(text: str) -> str:
    return f"printf '%b' {shlex.quote(text)}"


def test_its_size_and_its_name_are_told(engine):
    host = engine()
    assert (host.memory, host.cpus, host.name) == (8 * 1024**3, 4, "lab")


@pytest.mark.parametrize(
    ("docker", "variables"),
    [
        ({}, "unix:///var/run/docker.sock|||"),
        ({"host": "ssh://root@lab"}, "ssh://root@lab|||"),
        ({"host": "tcp://lab:2376", "cert_path": "/tls"}, "tcp://lab:2376|1|/tls|"),
    ],
)
def test_it_is_the_one_that_the_stack_names(engine, tmp_path, monkeypatch, docker, variables):
    monkeypatch.setenv("DOCKER_CONTEXT", "another")
    engine(**docker)
    assert (tmp_path / "env").read_text() == f"{variables}\n"


def test_networks_have_their_subnets_of_ipv4_and_the_names_of_their_bridges(engine):
    inspected = said(json.dumps(NETWORKS))
    host = engine(f'[ "$2" = ls ] && echo one two three || {inspected}')
    assert [
        (one.name, one.bridge, [str(subnet) for subnet in one.subnets]) for one in host.networks()
    ] == [
        ("bridge", "docker0", ["172.17.0.0/16"]),
        ("physics", "br-0123456789ab", ["172.30.0.0/24"]),
        ("host", "br-111111111111", []),
    ]


WEB: dict[str, Any] = {
    "Name": "/web",
    "Config": {"Labels": {"pulumi.project": "jupyterhub", "pulumi.stack": "lab"}},
}


@pytest.mark.parametrize(
    ("ports", "addresses"),
    [
        ({"80/tcp": [("0.0.0.0", "8000"), ("::", "8000")]}, ["0.0.0.0", "::"]),  # noqa: S104
        ({"80/tcp": [("", "8000")]}, ["0.0.0.0"]),  # noqa: S104
        ({"70/tcp": None, "80/tcp": [("127.0.0.1", "9000"), ("::1", "8000")]}, ["::1"]),
        ({"80/udp": [("127.0.0.1", "8000")]}, []),
        ({"80/tcp": [("127.0.0.1", "18000")]}, []),
        ({}, []),
    ],
)
def test_who_has_published_a_port_is_told_with_the_addresses(engine, ports, addresses):
    bindings = {
        inside: given and [{"HostIp": address, "HostPort": port} for address, port in given]
        for inside, given in ports.items()
    }
    inspected = said(json.dumps([WEB | {"NetworkSettings": {"Ports": bindings}}]))
    host = engine(f'[ "$1 $2 $3" = "ps --filter=publish=8000 --quiet" ] && echo 1 || {inspected}')
    [found] = host.publishers(8000)
    assert (found.name, found.labels) == ("web", WEB["Config"]["Labels"])
    assert [str(address) for address in found.addresses] == addresses


def test_a_container_that_ends_meanwhile_is_left_out(engine):
    host = engine('[ "$1" = ps ] && echo 1 || { echo "[]"; echo "No such container" >&2; exit 1; }')
    assert list(host.publishers(8000)) == []


def test_a_directory_is_looked_for_without_making_anything(engine, tmp_path):
    missing = "invalid mount config for type bind: bind source path does not exist: /srv/a,b"
    host = engine(f"echo '{missing}' >&2; exit 1")
    assert not host.has("/srv/a,b")
    command = (tmp_path / "command").read_text().splitlines()
    assert command[:2] == ["create", "--pull=never"]
    assert '--mount=type=bind,"source=/srv/a,b",target=/looked-for' in command
    assert command[-1] == "nothing.invalid/nothing"
    assert engine("echo 'No such image: nothing.invalid/nothing' >&2; exit 1").has("/srv/a")


@pytest.mark.parametrize(
    ("info", "why"),
    [
        ("echo 'more\nCannot connect to lab.' >&2; exit 1", "Cannot connect to lab."),
        ("exit 3", "docker info failed"),
        ("exec sleep 60", "it did not answer within 0.2 s"),
        ("sleep 60 & wait", "it did not answer within 0.2 s"),
    ],
)
def test_why_an_engine_does_not_answer_is_told(engine, monkeypatch, info, why):
    if "sleep" in info:
        monkeypatch.setattr(module, "PATIENCE", 0.2)
    begun = time.monotonic()
    with pytest.raises(NotSeenError) as caught:
        engine(info=info)
    assert str(caught.value) == why
    assert time.monotonic() - begun < 30  # whatever docker has started ends with it


def test_a_docker_that_is_not_installed_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotSeenError) as caught:
        EngineHost(DockerArgs())
    assert str(caught.value) == "the command docker does not run: No such file or directory"
