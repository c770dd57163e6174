"""The engine to deploy to."""

import pytest

from hubconfig.sections.docker import DEFAULT_SOCKET, DockerArgs
from hubconfig.surroundings import CONTRADICTING
from tests.unit.hubconfig.tables import Row, each
from tests.unit.stack_files import CONFIG, changed

BAD: list[Row] = [
    ("docker.host", "npipe:////./pipe/docker", "docker.host: expected an address with unix://"),
    ("docker.host", "/var/run/docker.sock", "with unix://, ssh:// or tcp://, such as unix:///var"),
    ("docker.host", "tcp:lab", "docker.host: expected an address with unix://, ssh:// or tcp://"),
    *(
        ("docker.host", host, f"DOCKER_HOST has to be one (found: '{host}')")
        for host in (
            *("unix://var/run/docker.sock", "unix:///", "tcp://lab:port", "ssh://", "ssh:/x"),
            *("unix:/var/run/docker.sock", "unix:///var/run/../x", "ssh://la b"),
            *("ssh://-oProxyCommand=x", "ssh://lab/a/../b", "SSH://lab"),
        )
    ),
    ("docker.host", "ssh://root@-lab", "DOCKER_HOST has to be one (found: 'ssh://…@-lab'"),
    ("docker.host", "unix:///var/run/docker.sock#canary", "DOCKER_HOST has to be one (found: 'un"),
    ("docker.host", "ssh://root@lab?password=canary", "DOCKER_HOST has to be one (found: 'ssh://"),
    ("docker.host", "ssh://root:canary@lab", "docker.host: a password in it would be shown to"),
    ("docker.host", "tcp://canary@lab", "use a key, such as ssh://root@lab.example.org, or tcp:"),
    ("docker.host", "root:canary@lab", "such as unix:///var/run/docker.sock or ssh://root@lab.e"),
    ("docker.host", "tcp://lab.example.org:2375", "without cert_path would give everybody"),
    (
        "docker",
        {"host": "tcp://lab.example.org:2376", "cert_path": ""},
        "docker.cert_path: String should have at least 1 character (found: '', example: /etc/dock",
    ),
    ("docker.cert_path", "/etc/docker", "cert_path is for tcp:// addresses"),
    ("docker.socket", "docker.sock", "docker.socket: expected a file's absolute path without a"),
    ("docker.socket", "/var/run/", "docker.socket: expected a file's absolute path without a"),
    ("docker.access", "open", "docker.access: Input should be 'guarded' or 'direct' (found: 'open"),
]


@each(BAD)
def test_bad_configuration_is_named(refusal, path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize(("address", "named"), [("", False), ("/var/run/docker.sock", True)])
def test_what_docker_host_says_is_a_default(refusal, monkeypatch, address, named):
    monkeypatch.setenv("DOCKER_HOST", address)
    lines = refusal(changed("site.port", 0)).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "jupyterhub:site.port",
        *["jupyterhub:docker.host"] * named,
    ]


def test_certificates_that_are_not_there_are_told(refusal, tmp_path):
    docker = {"host": "tcp://lab.example.org:2376", "cert_path": str(tmp_path)}
    (tmp_path / "ca.pem").write_text("canary")
    lines = refusal(CONFIG | {"docker": docker}).splitlines()
    assert [line.partition(" there: ")[0] for line in lines] == [
        f"jupyterhub:docker: cert_path {tmp_path}: cannot read {file}"
        for file in ("cert.pem", "key.pem")
    ]


@pytest.mark.parametrize("name", CONTRADICTING)
def test_a_variable_that_would_contradict_the_section_is_refused(refusal, monkeypatch, name):
    monkeypatch.setenv(name, "canary")
    assert f"jupyterhub:docker: {name} is set in the environment" in refusal(CONFIG)


@pytest.mark.parametrize(
    ("host", "socket"),
    [
        ("ssh://me@lab/run/user/1000/docker.sock", "/run/user/1000/docker.sock"),
        ("ssh://me@[2001:db8::1]:22", DEFAULT_SOCKET),
        ("unix:///Users/me/Own Engine/docker.sock", "/Users/me/Own Engine/docker.sock"),
        ("ssh://root@lab:22/", DEFAULT_SOCKET),
        ("tcp://127.0.0.1:2375/engine", DEFAULT_SOCKET),
    ],
)
def test_the_socket_is_the_one_that_the_engines_address_names(host, socket):
    assert DockerArgs(host=host).socket == socket


def test_the_hub_has_no_more_of_the_engine_than_it_needs_unless_somebody_says_so():
    assert DockerArgs().access == "guarded"
