"""Bad configuration: each fault is named, with what was found and what to do."""

from copy import deepcopy
from typing import Any

import pulumi
import pytest

from components.configuration import load
from tests.unit.conftest import CONFIG


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the whole configuration with one key set, or dropped if `value` is None."""
    config = deepcopy(CONFIG)
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
    ("site", None, "jupyterhub:site: missing; set it with"),
    ("site.url", None, "jupyterhub:site.url: missing; set it with: pulumi config set --path"),
    ("site.url", "hub.example.org", "site.url: expected the address of a web server"),
    ("site.url", "ftp://hub.example.org", "site.url: expected the address of a web server"),
    ("site.url", "http://hub.example.org", "in the clear: use https"),
    ("site.url", "https://hub.example.org", "port is missing: TLS ends in front of the hub"),
    ("site", {"url": "https://h.example.org", "port": 80}, "gitlab.standin signs people in"),
    ("site.url", "http://localhost:8000/jupyter", "give scheme, host and port only"),
    ("site.url", "http://ada:canary@localhost:8000", "give scheme, host and port only"),
    ("gpu", {"notebooks": "all"}, "jupyterhub:gpu: unknown key; did you mean gpus?"),
    ("profiles", {}, "jupyterhub:profiles: unknown key; the keys here are docker, gitlab"),
    ("site.port", 0, "site.port: Input should be greater than or equal to 1 (found: 0)"),
    ("site.port", 70000, "site.port: Input should be less than or equal to 65535 (found: 70000)"),
    ("site.bind_address", "localhost", "site.bind_address"),
    ("site.prefix", "-bad", "site.prefix"),
    ("site.prefix", "Bad", "site.prefix"),
    ("site.ulr", "x", "site.ulr: unknown key; did you mean url?"),
    ("network.subnet", "172.18.0.0/33", "network.subnet"),
    ("network.subnet", "172.18.0.1/24", "network.subnet"),
    ("network.subnet", "172.18.0.0/27", "too small: give a /26 or larger"),
    ("network.gateway", "10.0.0.1", "gateway 10.0.0.1 must be one of 172.18.0.1 to 172.18.0.127"),
    ("network.gateway", "172.18.0.0", "gateway 172.18.0.0 must be one of"),
    ("network.hub_address", "172.18.0.200", "hub_address 172.18.0.200 must be one of"),
    ("network.hub_address", "172.18.0.1", "every fixed address must differ"),
    ("network.proxy_address", "172.18.0.2", "every fixed address must differ"),
    ("gitlab.url", None, "jupyterhub:gitlab.url: missing"),
    ("gitlab.url", "localhost:8929", "gitlab.url: expected the address of a web server"),
    ("gitlab.url", "https://git.example.org", "gitlab.url must be a loopback address"),
    (
        "gitlab",
        {"url": "http://git.example.org", "allow": {"everyone": True}},
        "would send the administrator's token",
    ),
    ("gitlab.allow", {}, "nobody could sign in: set allow.users, allow.groups, allow.projects or"),
    ("gitlab.allow", None, "nobody could sign in"),
    ("gitlab.allow.everybody", True, "gitlab.allow.everybody: unknown key; did you mean everyone?"),
    ("gitlab.allow.groups", "lab", "gitlab.allow.groups: Input should be a valid tuple"),
    ("images.root", "debian", "images.root: it floats: give an exact tag"),
    ("images.root", "debian:latest", "images.root: it floats: give an exact tag"),
    ("images.root", "registry:5000/debian", "images.root: it floats: give an exact tag"),
    ("images.site_ca", "/no/such/file", "images.site_ca: cannot read /no/such/file"),
    ("images.site_ca", "README.md", "images.site_ca: README.md holds no PEM certificate"),
    ("images.root", "debian@md5:0", "images.root: it floats"),
    ("images.notebook_root", "nvidia/cuda:latest", "images.notebook_root: it floats"),
    ("images.platform", "linux/386", "images.platform: Input should be 'linux/amd64'"),
    ("images.mirrors", "tsinghua", "images.mirrors: there is no preset of that name"),
    ("images.mirrors.apt", "mirror.example.org", "images.mirrors.apt: expected the address"),
    ("images.mirrors.pypi", "https://me:canary@mirror.example.org", "would stay in the image's"),
    (
        "images.mirrors.pip",
        "https://m.example.org",
        "images.mirrors.pip: unknown key; the keys here are apt, conda",
    ),
    ("images.conda", {"url": "https://c.example.org/i.sh"}, "images.conda.sha256: missing"),
    ("images.conda", {"url": "https://c.example.org", "sha256": "12"}, "images.conda.sha256"),
    ("images.oh_my_zsh", {"url": "https://g.example.org"}, "images.oh_my_zsh.commit: missing"),
    ("notebook.user", "Root!", "notebook.user"),
    ("notebook.user", "li hua", "notebook.user"),
    ("notebook.uid", 0, "notebook.uid: Input should be greater than or equal to 1000 (found: 0)"),
    ("notebook.uid", "root", "notebook.uid: Input should be a valid integer"),
    ("notebook.gid", 0, "notebook.gid: groups below 1000 are the system's"),
    ("notebook.uid", 33, "notebook.uid: Input should be greater than or equal to 1000"),
    ("notebook.gid", 42, "groups below 1000 are the system's: give 100 (users), or 1000 or more"),
    ("notebook.user", "root", "notebook.user: root is an account of the system's own"),
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
        "notebook.shared.0.source: it is, holds or lies in /root",
    ),
    (
        "images.conda",
        {"url": "https://me:canary@c.example.org", "sha256": "0" * 64},
        "images.conda.url: a name or password in it would stay",
    ),
    ("notebook.memory_mib", 64, "notebook.memory_mib"),
    ("notebook.memory_mib", "2g", "notebook.memory_mib: Input should be a valid integer"),
    ("notebook.memory", 2048, "notebook.memory: unknown key; did you mean memory_mib?"),
    ("notebook.cpus", 0, "notebook.cpus"),
    ("notebook.pids", 1, "notebook.pids"),
    ("notebook.shell", "/bin/fish", "notebook.shell: Input should be '/bin/bash' or '/bin/zsh'"),
    ("notebook.language", "Chinese", "notebook.language"),
    ("notebook.home", "/home/data", "notebook.home: expected volume, or a directory"),
    ("notebook.home", "data/{username}", "notebook.home: expected an absolute path"),
    ("notebook.home", "/etc/{username}", "could become root on the host"),
    ("notebook.home", "/data/{user}", "notebook.home: expected volume, or a directory"),
    ("notebook.shared", [{"source": "/srv"}], "notebook.shared.0.target: missing"),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/usr/data"}],
        "notebook.shared.0.target: notebooks need what the image has there",
    ),
    (
        "notebook.shared",
        [{"source": "/var/run", "target": "/data"}],
        "notebook.shared.0.source: it is, holds or lies in",
    ),
    (
        "notebook.shared",
        [{"source": "/srv", "target": "/home/ubuntu"}],
        "would hide people's own files",
    ),
    ("gpus.notebooks", "some", "gpus.notebooks: expected none, all or a list"),
    ("gpus.notebooks", ["GPU-1"], "gpus.notebooks: GPU-1 is no GPU"),
    ("gpus.notebooks", [0, 0], "gpus.notebooks: a GPU is named twice"),
    ("gpus.mode", "amd", "gpus.mode: Input should be 'nvidia' or 'cdi'"),
    ("docker.host", "npipe:////./pipe/docker", "host npipe:////./pipe/docker must begin with"),
    ("docker.host", "/var/run/docker.sock", "host /var/run/docker.sock must begin with unix://"),
    ("docker.host", "tcp://lab.example.org:2375", "without cert_path would give everybody"),
    ("docker.cert_path", "/etc/docker", "cert_path is for tcp:// addresses"),
    ("docker.socket", "docker.sock", "docker.socket"),
    ("network.subnet", "::/64", "network.subnet"),
    ("network.gateway", "172.18.0.2", "every fixed address must differ"),
    ("network.dns", "1.1.1.1", "network.dns: unknown key; the keys here are gateway"),
    ("gitlab.url", "https://user:pw", "gitlab.url: expected the address of a web server"),
    ("gitlab.allow.users", "ada", "gitlab.allow.users: Input should be a valid tuple"),
    ("gitlab.allow.groups", ["lab gpu"], "gitlab.allow.groups.0: expected the full path"),
    ("gitlab.allow.projects", ["notebooks"], "gitlab.allow.projects.0: expected the full path or"),
    ("gitlab.admin_groups", ["12"], "gitlab.admin_groups.0: expected the full path"),
    ("gitlab.ca_file", "/no/such/file", "gitlab.ca_file: cannot read it"),
    ("gitlab.ca_file", "README.md", "gitlab.ca_file: expected a PEM file"),
    ("gitlab.callback", "https://x", "gitlab.callback: unknown key"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), BAD, ids=[f"{p}={v}" for p, v, _ in BAD])
def test_bad_configuration_is_named(declare_program, path, value, sentence):
    with pytest.raises(pulumi.RunError) as caught:
        declare_program(changed(path, value))
    assert sentence in str(caught.value)


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


def test_a_secret_section_is_never_quoted(declare):
    def program() -> None:
        pulumi.runtime.set_all_config(
            {"jupyterhub:site": '{"url": "canary"}'}, secret_keys=["jupyterhub:site"]
        )
        load()

    with pytest.raises(pulumi.RunError) as caught:
        declare(program)
    assert "jupyterhub:site.url" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_real_gitlab_needs_a_token(declare_program):
    config = changed("gitlab.standin", False)
    with pytest.raises(pulumi.RunError, match="gitlab:token"):
        declare_program(config)
