"""Bad configuration: each fault is named, with what was found and what to do."""

import json
from copy import deepcopy
from typing import Any

import pulumi
import pytest

from components.configuration import load
from components.network import NetworkArgs
from tests.unit.conftest import CONFIG


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the whole configuration with one key set, or dropped if `value` is None.

    Without a path, `value` has whole sections.
    """
    config = deepcopy(CONFIG)
    if not path:
        return config | value
    *parents, key = path.split(".")
    section: Any = config
    for parent in parents:
        section = section.setdefault(parent, {})
    if value is None:
        del section[key]
    else:
        section[key] = value
    return config


BAD: list[tuple[str, Any, str]] = [
    (
        "site",
        None,
        "jupyterhub:site.url: missing; set it with: pulumi config set --path "
        "'jupyterhub:site.url' https://hub.example.org",
    ),
    ("site.url", None, "jupyterhub:site.url: missing; set it with: pulumi config set --path"),
    ("site.url", "hub.example.org", "site.url: expected the address of a web server"),
    ("site.url", "ftp://hub.example.org", "site.url: expected the address of a web server"),
    ("site.url", "http://hub.example.org", "in the clear: use https, such as https://hub"),
    ("site", "text", "jupyterhub:site: expected keys with values (example: {url: 'https://hub"),
    ("site.url", "http://localhost:8000?token=canary", "(found: 'http://localhost:8000?…', exam"),
    ("site.url", "http://[::1", "site.url: expected the address of a web server"),
    ("site.url", "https://hub\n.example.org", "site.url: expected the address of a web server"),
    ("site.url", "https://hub.example.org", "port is missing: TLS ends in front of the hub"),
    ("site.url", "HTTP://hub.example.org", "in the clear: use https, such as https://hub"),
    ("site.url", "HTTPS://hub.example.org", "port is missing: TLS ends in front of the hub"),
    ("tls", {"certificate": "internal"}, "site.url is http://localhost:8000: begin it with https"),
    ("tls.certificate", "letsencrypt", "tls.certificate: Input should be 'acme', 'files' or"),
    ("tls.email", "a@example.org", "email is for certificate acme, not none: change certificate"),
    (
        "tls",
        {"certificate": "acme"},
        "jupyterhub:tls: certificate acme needs email too, such as admin@",
    ),
    ("tls", {"certificate": "acme", "email": "admin"}, "tls.email: expected an address, such as"),
    (
        "tls",
        {"certificate": "files", "certificate_file": "site.pem"},
        "certificate files needs key_file too",
    ),
    (
        "tls",
        {"certificate": "internal", "acme_url": "https://ca.example.org"},
        "acme_url is for certificate acme, not internal",
    ),
    (
        "tls",
        {"certificate": "files", "certificate_file": "", "key_file": ""},
        "tls.certificate_file: String should have at least 1 character (found: '', example: /etc",
    ),
    ("tls.certficate", "acme", "tls.certficate: unknown key; did you mean certificate?"),
    ("site", {"url": "https://h.example.org", "port": 80}, "gitlab.standin signs people in"),
    ("site.url", "http://localhost:8000/jupyter", "the hub is at /: give scheme, host and port"),
    (
        "site.url",
        "http://ada:canary@localhost:8000",
        "for others to read: leave it out (found: 'http://…@localhost:8000', example: https://hub",
    ),
    ("site.url", "https://*.example.org", "url https://*.example.org: its host is no host name"),
    ("site.url", "https://hub.example.org?", "site.url: expected the address of a web server"),
    ("site.url", "https://hub.example.org#", "site.url: expected the address of a web server"),
    ("site.url", "https://a b", "site.url: expected the address of a web server"),
    ("site.url", "https://a_b", "give one of letters, digits, hyphens and dots, such as hub.ex"),
    ("site.url", "https://hub..example.org", "its host is no host name"),
    ("site.url", "https://hub-.example.org", "its host is no host name"),
    ("site.url", "https://10.0.0.256", "its host is no host name"),
    ("gpu", {"notebooks": "all"}, "jupyterhub:gpu: unknown key; did you mean gpus?"),
    ("backups", {}, "jupyterhub:backups: unknown key; did you mean backup?"),
    ("site.port", 0, "site.port: Input should be greater than or equal to 1 (found: 0, "),
    ("site.port", True, "site.port: true and false are not expected here (found: True, exa"),
    ("site.port", 70000, "less than or equal to 65535 (found: 70000, example: 8000)"),
    (
        "site.bind_address",
        "localhost",
        "site.bind_address: value is not a valid IPv4 or IPv6 address (found: 'localhost', exam",
    ),
    (
        "site.prefix",
        "-bad",
        "site.prefix: expected lower-case letters, digits and hyphens, 41 at most and no hyphen "
        "first, such as jupyterhub-lab (found: '-bad')",
    ),
    ("site.prefix", "Bad", "site.prefix: expected lower-case letters, digits and hyphens"),
    ("site.prefix", "bad\n", "site.prefix: expected lower-case letters, digits and hyphens"),
    ("site.ulr", "x", "site.ulr: unknown key; did you mean url?"),
    (
        "network.subnet",
        "172.18.0.0/33",
        "network.subnet: Input is not a valid IPv4 network (found: '172.18.0.0/33', example: 172",
    ),
    ("network.subnet", "172.18.0.1/24", "network.subnet: Input is not a valid IPv4 network"),
    ("network.subnet", "0.0.0.0/0", "network.subnet: expected a subnet in 10.0.0.0/8, 172.16.0."),
    ("network.subnet", "127.0.0.0/24", "network.subnet: expected a subnet in 10.0.0.0/8"),
    ("network.subnet", "224.0.0.0/24", "network.subnet: expected a subnet in 10.0.0.0/8"),
    ("network.subnet", "169.254.0.0/24", "network.subnet: expected a subnet in 10.0.0.0/8"),
    ("network.subnet", "8.8.8.0/24", "network.subnet: expected a subnet in 10.0.0.0/8"),
    ("network.subnet", "172.0.0.0/8", "192.168.0.0/16, 100.64.0.0/10, such as 172.18.0.0/24"),
    ("network.subnet", "172.18.0.0/27", "too small: give a /26 or larger"),
    ("network.subnet", "172.18.0.0/30", "too small: give a /26 or larger"),
    ("network.subnet", "172.18.0.1/32", "too small: give a /26 or larger"),
    ("gitlab.url", "http://localhost:8000", "the hub itself is published on that port"),
    ("notebook.cpus", 0.001, "notebook.cpus: Input should be greater than or equal to 0.01"),
    ("network.gateway", "10.0.0.1", "gateway 10.0.0.1 must be one of 172.18.0.1 to 172.18.0.127"),
    ("network.gateway", "172.18.0.0", "gateway 172.18.0.0 must be one of"),
    ("network.hub_address", "172.18.0.200", "hub_address 172.18.0.200 must be one of"),
    ("network.hub_address", "172.18.0.0", "hub_address 172.18.0.0 must be one of 172.18.0.1 to"),
    ("network.hub_address", "172.18.0.1", "every fixed address must differ"),
    ("network.proxy_address", "172.18.0.2", "every fixed address must differ"),
    *(
        ("gitlab.url", url, f"such as http://localhost:8929, which is where it listens, not {url}")
        for url in (
            *("http://127.0.0.2:8929", "http://[::1]:8929", "https://localhost:8929"),
            *("http://localhost:8929/gitlab", "http://localhost.example.org:8929"),
        )
    ),
    (
        "gitlab",
        {"url": "http://localhost:8080", "allow": {"everyone": True}},
        "url http://localhost:8080 is the hub's own container to the hub: set internal_url to an",
    ),
    (
        "gitlab",
        {
            "url": "https://git.example.org",
            "internal_url": "http://127.0.0.1:8080",
            "allow": {"everyone": True},
        },
        "internal_url http://127.0.0.1:8080 is the hub's own container to the hub",
    ),
    ("gitlab.url", None, "jupyterhub:gitlab.url: missing"),
    ("gitlab.url", "localhost:8929", "gitlab.url: expected the address of a web server"),
    ("gitlab.url", "https://git.example.org", "without a password: url must be a loopback ad"),
    (
        "gitlab",
        {"url": "http://git.example.org", "allow": {"everyone": True}},
        "gitlab: url http://git.example.org would send the application's secret and people's tok",
    ),
    ("gitlab.internal_url", "HTTP://git.lan", "internal_url http://git.lan would send the app"),
    (
        "gitlab.internal_url",
        "http://git.lan",
        "gitlab: internal_url http://git.lan would send the application's secret and people's tok",
    ),
    ("gitlab.url", "https://a:canary@git.example.org", "gitlab.url: a name or password in it"),
    ("gitlab.allow", {}, "gitlab: only administrators could sign in: set allow.users, allow.gr"),
    ("gitlab.allow", None, "gitlab: only administrators could sign in: set allow.users, allow"),
    (
        "gitlab",
        {"url": "https://git.example.org"},
        "gitlab: nobody could sign in: set allow.users, allow.groups, allow.projects or "
        "allow.everyone, such as allow: {groups: [lab]}",
    ),
    ("gitlab.allow.users", [""], "gitlab.allow.users[0]: expected the name of a GitLab user"),
    ("gitlab.allow.users", ["lab/ada"], "gitlab.allow.users[0]: expected the name of a GitLab"),
    ("gitlab.allow.users", ["@ada"], "a GitLab user, such as ada (found: '@ada')"),
    ("gitlab.admin_users", ["a b"], "gitlab.admin_users[0]: expected the name of a GitLab user"),
    ("gitlab.allow.everybody", True, "gitlab.allow.everybody: unknown key; did you mean everyone?"),
    ("gitlab.allow.groups", "lab", "gitlab.allow.groups: expected a list (example: [lab, "),
    (
        "images.root",
        "debian",
        "images.root: it floats: give a digest, or a tag with a date or with a version of three "
        "numbers (found: 'debian', example: debian:trixie-20260918-slim)",
    ),
    ("images.root", "debian:latest", "images.root: it floats: give a digest"),
    ("images.root", "debian:13", "images.root: it floats: give a digest"),
    *(
        ("images.root", image, "images.root: it floats: give a digest")
        for image in (
            *("ubuntu:24.04", "python:3.13", "node:22.3-slim", "nginx:stable-alpine3.20"),
            *("postgres:17.10", "debian:trixie-123456789", "debian:0123456789a"),
        )
    ),
    ("images.root", "debian:stable", "images.root: it floats: give a digest"),
    ("images.root", "debian:trixie-slim", "images.root: it floats: give a digest"),
    ("images.root", "registry:5000/debian", "images.root: it floats: give a digest"),
    ("images.root", "debian@sha256:", "images.root: expected the name of an image, with an"),
    ("images.root", f"debian@sha256:{'0' * 63}", "images.root: expected the name of an image"),
    ("images.root", " debian:x y", "images.root: expected the name of an image, with an exact"),
    ("images.root", "Debian:13", "images.root: expected the name of an image, with an exact tag"),
    ("images.site_ca", "/no/such/file", "images.site_ca: cannot read /no/such/file"),
    ("images.site_ca", "README.md", "images.site_ca: expected a PEM file with certificates"),
    ("images.root", "debian@md5:0", "images.root: expected the name of an image"),
    ("images.notebook_root", "nvidia/cuda:latest", "images.notebook_root: it floats"),
    ("images.platform", "linux/386", "images.platform: Input should be 'linux/amd64'"),
    ("images.mirrors", "tsinghua", "images.mirrors: there is no preset of that name"),
    ("images.mirrors.apt", "mirror.example.org", "images.mirrors.apt: expected the address"),
    (
        "images.mirrors.pypi",
        "https://me:canary@mirror.example.org",
        "images.mirrors.pypi: a name or password in it would be in settings and images for others",
    ),
    (
        "images.mirrors.git",
        "me:can/ary@mirror.example.org:canary@h",
        "images.mirrors.git: expected the address of a web server, with http:// or https:// "
        "(found: '…@h', example: https://mirror.example.org/github.com)",
    ),
    (
        "images.mirrors.pip",
        "https://m.example.org",
        "images.mirrors.pip: unknown key; the keys here are apt, conda",
    ),
    ("images.conda", {"url": "https://c.example.org/i.sh"}, "images.conda.sha256: missing"),
    (
        "images.conda",
        {"url": "https://c.example.org", "sha256": "12"},
        "images.conda.sha256: expected a SHA-256 sum: 64 of the digits 0-9 and a-f (found: '12', ",
    ),
    (
        "images.oh_my_zsh",
        {"url": "https://g.example.org", "commit": "main"},
        "images.oh_my_zsh.commit: expected the whole name of a commit: 40 of the digits 0-9",
    ),
    ("images.oh_my_zsh", {"url": "https://g.example.org"}, "images.oh_my_zsh.commit: missing"),
    (
        "notebook.user",
        "Root!",
        "notebook.user: expected a Linux user name: lower-case letters, digits, _ and -, 32 at "
        "most and a letter or _ first, such as ubuntu (found: 'Root!')",
    ),
    ("notebook.user", "li hua", "notebook.user: expected a Linux user name: lower-case letters"),
    ("notebook.uid", 0, "notebook.uid: Input should be greater than or equal to 1000 (found: 0, "),
    ("notebook.uid", "root", "notebook.uid: Input should be a valid integer"),
    ("notebook.gid", 0, "notebook.gid: groups below 1000 are the system's"),
    ("notebook.uid", 33, "notebook.uid: Input should be greater than or equal to 1000"),
    ("notebook.gid", 42, "groups below 1000 are the system's: give 100 (users), or 1000 or more"),
    ("notebook.user", "root", "notebook.user: root is an account or group of the system's"),
    ("notebook.user", "staff", "notebook.user: staff is an account or group of the system's own"),
    ("notebook.user", "users", "users is an account or group of the system's own: give another, "),
    ("notebook.user", "adm", "adm is an account or group of the system's own: give another, such"),
    ("notebook.cpus", float("inf"), "notebook.cpus: Input should be a finite number"),
    ("notebook.language", "pt_BR", "notebook.language: Input should be 'de_DE', 'es_ES'"),
    ("notebook.home", "/{username}", "notebook.home: a person could choose a name"),
    ("notebook.home", "/home/{username}", "notebook.home: a person could choose a name"),
    (
        "notebook",
        {"home": "/data/u-{username}", "shared": [{"source": "/data", "target": "/all"}]},
        "shared: source /data would show everybody's files",
    ),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/a"}, {"source": "/srv/b", "target": "/b"}],
        "shared: sources /srv and /srv/b hold one another",
    ),
    (
        "notebook.shared",
        [{"source": "/root", "target": "/data"}],
        "notebook.shared[0].source: it is, holds or lies in /root",
    ),
    (
        "images.conda",
        {"url": "https://me:canary@c.example.org", "sha256": "0" * 64},
        "images.conda.url: a name or password in it would be in settings and images",
    ),
    (
        "notebook.memory_mib",
        64,
        "notebook.memory_mib: Input should be greater than or equal to 256 (found: 64, example: ",
    ),
    ("notebook.memory_mib", "2g", "notebook.memory_mib: Input should be a valid integer"),
    ("notebook.memory", 2048, "notebook.memory: unknown key; did you mean memory_mib?"),
    ("notebook.cpus", 0, "notebook.cpus: Input should be greater than or equal to 0.01 (found: 0"),
    ("notebook.pids", 1, "notebook.pids: Input should be greater than or equal to 64 (found: 1"),
    ("notebook.shell", "/bin/fish", "notebook.shell: Input should be '/bin/bash' or '/bin/zsh'"),
    ("notebook.language", "Chinese", "or 'zh_CN' (found: 'Chinese', example: zh_CN)"),
    ("notebook.home", "/home/data", "notebook.home: expected volume, or a directory"),
    ("notebook.home", "data/{username}", "notebook.home: expected an absolute path"),
    ("notebook.home", "/etc/{username}", "could become root on the host"),
    ("notebook.home", "/data/{user}", "notebook.home: expected volume, or a directory"),
    ("notebook.shared", [{"source": "/srv"}], "notebook.shared[0].target: missing; set"),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/data", "groups": None}],
        "notebook.shared[0].groups: it has no value: give one, or remove the key (example: [lab/v",
    ),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/usr/data"}],
        "notebook.shared[0].target: notebooks need what the image has there",
    ),
    (
        "notebook.shared",
        [{"source": "/var/run", "target": "/data"}],
        "notebook.shared[0].source: it is, holds or lies in /var/run",
    ),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/home/ubuntu"}],
        "would hide people's own files",
    ),
    ("gpus.notebooks", "some", "gpus.notebooks: expected none, all or a list"),
    ("gpus.notebooks", ["GPU-1"], "gpus.notebooks: GPU-1 is no GPU"),
    ("gpus.notebooks", [0, 0], "gpus.notebooks: a GPU is named twice in 0, 0: name each"),
    ("gpus.mode", "amd", "gpus.mode: Input should be 'nvidia' or 'cdi'"),
    ("profiles", {"name": "A"}, "jupyterhub:profiles: expected a list (example: [{name: "),
    ("profiles", [{}], "jupyterhub:profiles[0].name: missing"),
    ("profiles", [{"name": ""}], "profiles[0].name: expected a name on one line"),
    ("profiles", [{"name": " Large"}], "profiles[0].name: expected a name on one line"),
    ("profiles", [{"name": "Lar\nge"}], "profiles[0].name: expected a name on one line"),
    ("profiles", [{"name": "A"}, {"name": "A"}], "profiles: two profiles are called A, and"),
    ("profiles", [{"name": "A", "memory": 1}], "profiles[0].memory: unknown key; did you mean"),
    ("profiles", [{"name": "A", "memory_mib": 64}], "profiles[0].memory_mib: Input should be"),
    (
        "profiles",
        [{"name": "A", "cpus": 0}],
        "profiles[0].cpus: Input should be greater than or equal to 0.01",
    ),
    ("profiles", [{"name": "A", "gpus": []}], "profiles[0].gpus: expected none, all or a list"),
    ("profiles", [{"name": "A", "gpus": ["x"]}], "profiles[0].gpus: x is no GPU"),
    ("profiles", [{"name": "A", "groups": []}], "profiles[0].groups: the list is empty: give"),
    ("profiles", [{"name": "A", "groups": None}], "profiles[0].groups: it has no value: give one"),
    ("profiles", [{"name": "A", "groups": ["12"]}], "groups[0]: expected the full path of a group"),
    ("hub.memory_mib", 128, "hub.memory_mib: Input should be greater than or equal to 256"),
    ("hub.idle_hours", 0, "hub.idle_hours: Input should be greater than or equal to 0.25"),
    ("hub.idle_hours", True, "hub.idle_hours: true and false are not expected here"),
    ("hub.active_servers", 0, "hub.active_servers: Input should be greater than or equal to 1"),
    ("docker.host", "npipe:////./pipe/docker", "docker.host: expected an address with unix://"),
    ("docker.host", "/var/run/docker.sock", "with unix://, ssh:// or tcp://, such as unix:///var"),
    ("docker.host", "tcp:lab", "docker.host: expected an address with unix://, ssh:// or tcp://"),
    *(
        ("docker.host", host, f"DOCKER_HOST has to be one (found: '{host}')")
        for host in ("unix://var/run/docker.sock", "unix:///", "tcp://lab:port", "ssh://", "ssh:/x")
    ),
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
    ("docker.socket", "docker.sock", "docker.socket: expected an absolute path without a colon"),
    ("backup.directory", "backups", "backup.directory: expected an absolute path without '..'"),
    *(
        (
            "",
            {"backup": {"directory": "/srv/backups"}, "notebook": notebook},
            f"backup.directory /srv/backups is in {place}, where notebooks show it to people",
        )
        for place, notebook in {
            "/srv/{username}": {"home": "/srv/{username}"},
            "/srv/b{username}/work": {"home": "/srv/b{username}/work"},
            "/srv": {"shared": [{"source": "/srv", "target": "/a"}]},
            "/srv/backups": {"shared": [{"source": "/srv/backups", "target": "/a"}]},
        }.items()
    ),
    ("backup.keep", 0, "backup.keep: Input should be greater than or equal to 1 (found: 0, exampl"),
    (
        "backup.keep",
        True,
        "backup.keep: true and false are not expected here (found: True, example",
    ),
    ("backup.directry", "/srv/b", "backup.directry: unknown key; did you mean directory?"),
    ("network.subnet", "::/64", "not a valid IPv4 network (found: '::/64', example: 172.18.0.0/"),
    ("network.edge_address", "172.18.0.3", "every fixed address must differ"),
    ("network.gateway", "172.18.0.2", "every fixed address must differ"),
    ("network.dns", "1.1.1.1", "network.dns: unknown key; the keys here are edge_address, gateway"),
    ("gitlab.url", "https://user:pw", "gitlab.url: expected the address of a web server"),
    ("gitlab.allow.users", "ada", "gitlab.allow.users: expected a list (example: [ada, ben])"),
    ("gitlab.allow.groups", ["lab gpu"], "gitlab.allow.groups[0]: expected the full path"),
    ("gitlab.allow.projects", ["notebooks"], "gitlab.allow.projects[0]: expected the full path or"),
    ("gitlab.admin_groups", ["12"], "gitlab.admin_groups[0]: expected the full path"),
    ("gitlab.ca_file", "/no/such/file", "gitlab.ca_file: cannot read /no/such/file: No such"),
    ("gitlab.ca_file", "README.md", "gitlab.ca_file: expected a PEM file"),
    ("gitlab.callback", "https://x", "gitlab.callback: unknown key"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), BAD, ids=[f"{p}={v}" for p, v, _ in BAD])
def test_bad_configuration_is_named(declare_program, path, value, sentence):
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(changed(path, value))
    assert sentence in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "sections",
    [
        {"notebook": {"home": "/srv/home/{username}"}},
        {"notebook": {"shared": [{"source": "/srv/backups/sets", "target": "/a"}]}},
        {"notebook": {"shared": [{"source": "srv", "target": "/a"}]}},
        {"notebook": {"home": "/srv/{username}"}, "docker": {"host": "ssh://root@lab"}},
    ],
    ids=str,
)
def test_backups_may_be_where_people_do_not_see_them(declare_program, sections):
    assert declare_program(CONFIG | {"backup": {"directory": "/srv/backups"}} | sections)


def test_every_fault_is_told_at_once(declare_program):
    config = changed("site.url", "nonsense")
    config["network"]["subnet"] = "nonsense"
    config["notebook"] = {"uid": 0}
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(config)
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "jupyterhub:site.url",
        "jupyterhub:network.subnet",
        "jupyterhub:notebook.uid",
    ]


@pytest.mark.parametrize(("address", "named"), [("", False), ("/var/run/docker.sock", True)])
def test_what_docker_host_says_is_a_default(declare_program, monkeypatch, address, named):
    monkeypatch.setenv("DOCKER_HOST", address)
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(changed("site.port", 0))
    lines = str(caught.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "jupyterhub:site.port",
        *["jupyterhub:docker.host"] * named,
    ]


def test_a_list_is_not_called_empty_for_what_was_refused_of_it(declare_program):
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(changed("profiles", [{"name": "A", "groups": ["12"]}]))
    assert "the list is empty" not in str(caught.value)


@pytest.mark.parametrize(
    "subnet", ["10.0.0.0/8", "172.16.0.0/12", "192.168.7.192/26", "100.64.0.0/10"]
)
def test_subnets_of_private_addresses_are_taken(subnet):
    assert str(NetworkArgs.model_validate({"subnet": subnet}).subnet) == subnet


def test_every_fault_between_the_keys_of_a_section_is_told_at_once(declare_program):
    config = changed("network.gateway", "10.0.0.1")
    config["network"]["hub_address"] = "172.18.0.200"
    config["tls"] = {"email": "a@example.org", "key_file": "/k"}
    config["gitlab"] = {"url": "http://git.example.org", "standin": True}
    config["notebook"] = {"system_users": True, "sudo": True, "home": "/srv/{username}"}
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(config)
    lines = str(caught.value).splitlines()
    assert [line.partition(": ")[2].split(" ")[0] for line in lines] == [
        *("gateway", "hub_address", "email", "key_file", "url", "standin", "nobody"),
        *("system_users", "system_users"),
    ]


@pytest.mark.parametrize(
    ("section", "given", "told"),
    [
        ("gitlab", {"url": "gitlab.example.org"}, [".url: expected", ": nobody could sign in"]),
        ("site", {"url": "http://a.org", "prt": 1}, [".prt: unknown key", ": url http://a.org"]),
        (
            "network",
            {"subnet": "172.18.0.0/24", "gateway": "x", "hub_address": "10.0.0.1"},
            [".gateway: Input", ": hub_address 10.0.0.1 must"],
        ),
        (
            "notebook",
            {"memory_mib": 1, "system_users": True, "sudo": True},
            [".memory_mib: Input", ": system_users and sudo"],
        ),
        # An example stands for what is wrong: nothing is said of it.
        ("network", {"subnet": "x", "gateway": "10.0.0.1"}, [".subnet: "]),
        ("tls", {"certificate": "acme", "email": 1}, [".email: "]),
    ],
)
def test_a_wrong_key_hides_no_fault_between_the_others(declare_program, section, given, told):
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(changed(section, given))
    lines = str(caught.value).splitlines()
    assert len(lines) == len(told)
    for line, start in zip(lines, told, strict=True):
        assert line.startswith(f"jupyterhub:{section}{start}")


def test_a_wrong_key_hides_no_fault_between_the_other_sections(declare_program):
    config = changed("notebook", {"uid": 0})
    config["site"] = {"url": "https://hub.example.org"}
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(config)
    assert [line.partition(" ")[0] for line in str(caught.value).splitlines()] == [
        "jupyterhub:notebook.uid:",
        "jupyterhub:",  # no port for the hub behind another server's TLS
        "jupyterhub:",  # the stand-in outside loopback
    ]


SECRETS: list[tuple[str, str, str]] = [
    ("site", '{"url": "canary"}', "jupyterhub:site.url: see docs/configuration.md"),
    ("site", '{"url": "http://canary"}', "jupyterhub:site: see docs/configuration.md"),
    ("site", '{"url": "https://canary", "port": 1}', "jupyterhub: site, kept secret, and an"),
    ("site", '{"url": "http://localhost", "port": "canary"}', "valid integer, unable to parse"),
    ("gitlab", "glpat-canary", "jupyterhub:gitlab: expected keys with values (found: a secret, "),
    (
        "gitlab",
        '{"url": "http://canary.org", "allow": {}}',
        "jupyterhub:gitlab: see docs/conf",
    ),
    ("gpus", '{"notebooks": "canary"}', "jupyterhub:gpus.notebooks: see docs/configuration.md"),
    ("docker", '{"host": "tcp://canary"}', "jupyterhub:docker: see docs/configuration.md"),
    (
        "profiles",
        '[{"name": "canary"}, {"name": "canary"}]',
        "jupyterhub:profiles: see docs/configuration.md",
    ),
    ("profiles", '"canary"', "jupyterhub:profiles: expected a list (found: a secret, example: ["),
]


@pytest.mark.parametrize(("section", "value", "sentence"), SECRETS)
def test_a_secret_section_is_never_quoted(declare, section, value, sentence):
    config = {**CONFIG, section: value}

    def program() -> None:
        given = {key: one if key == section else json.dumps(one) for key, one in config.items()}
        pulumi.runtime.set_all_config(
            {f"jupyterhub:{key}": one for key, one in given.items()},
            secret_keys=[f"jupyterhub:{section}"],
        )
        load()

    with pytest.raises(pulumi.RunError) as caught:
        declare(program)
    assert sentence in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_real_gitlab_needs_a_token(declare_program):
    config = changed("gitlab", {"url": "https://git.example.org", "allow": {"everyone": True}})
    with pytest.raises(pulumi.RunError, match="gitlab:token"):
        declare_program(config)
