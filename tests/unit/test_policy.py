"""The rules of the policy pack, on inputs as Pulumi has them: what each accepts and refuses."""

import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import (
    EnforcementLevel,
    PolicyCustomTimeouts,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policy.gitlab import APPLICATION, PROVIDER
from policy.rules import CONTAINER, IMAGE, NETWORK, REMOTE_IMAGE, STACK, VOLUME, every_rule
from policy.secrecy import RANDOM_BYTES

RULES = {policy.name: policy for policy in every_rule()}


def secret(value: Any) -> dict[str, Any]:
    """Mark a value as Pulumi's engine does."""
    mark = "1b47061264138c4ac30d75fd1eb44270"
    return {"4dabf18193072939515e22adb298388d": mark, "value": value}


def bound(folder: str) -> dict[str, str]:
    """Return what makes a volume of a folder of the host."""
    return {"type": "none", "o": "bind", "device": folder}


def settings(**gitlab: Any) -> list[dict[str, str]]:
    content = {
        "gitlab": {"scopes": ["read_user"], "allow_everyone": True} | gitlab,
        "notebook": {"memory_mib": 2048, "cpus": 2, "pids": 4096},
        "profiles": [{"name": "large", "memory_mib": 8192, "cpus": 4}],
    }
    return [{"file": "/etc/jupyterhub/settings.json", "content": json.dumps(content)}]


def limits(**changed: Any) -> list[dict[str, str]]:
    """Return settings with sections in place of the sound ones."""
    [sound] = settings()
    return [sound | {"content": json.dumps(json.loads(sound["content"]) | changed)}]


LABELS = [
    {"label": "pulumi.project", "value": "jupyterhub", "__defaults": []},
    {"label": "pulumi.stack", "value": "dev", "__defaults": []},
]
EVERYWHERE = "0.0.0.0"  # noqa: S104
SOCKET = {"hostPath": "/var/run/docker.sock", "containerPath": "/var/run/docker.sock"}
HUB: dict[str, Any] = {
    "name": "jupyterhub-dev-hub",
    "image": "jupyterhub-hub:effed36fae14",
    "labels": LABELS,
    "networkMode": "bridge",
    "capabilities": {"drops": ["ALL"], "adds": ["KILL", "SETUID"], "__defaults": []},
    "securityOpts": ["no-new-privileges:true"],
    "memory": 1024.0,
    "logDriver": "json-file",
    "logOpts": {"max-size": "10m", "max-file": "3"},
    "restart": "unless-stopped",
    "wait": True,
    "envs": [
        secret("GITLAB_CLIENT_SECRET=canary"),
        UNKNOWN_STRING_VALUE,
        "API_TOKEN_FILE=/run/token",
    ],
    "uploads": settings(scopes=["read_user", "read_api"], allowed_groups=["lab"]),
    "volumes": [{"volumeName": "jupyterhub-dev-hub-data", "containerPath": "/data"}, SOCKET],
}
SERVICE = {key: value for key, value in HUB.items() if key not in {"uploads", "volumes"}}
BUILT: dict[str, Any] = {
    "imageName": "jupyterhub-hub:effed36fae14",
    "skipPush": True,
    "build": {
        "context": "images/hub",
        "dockerfile": "images/hub/Dockerfile",
        "args": {"FOUNDATION": "jupyterhub-foundation:f6dcc32a822e"},
    },
}
REGISTERED = {
    "name": "jupyterhub-dev",
    "redirectUrl": "https://hub.example.org/hub/oauth_callback",
    "scopes": ["read_user", "read_api"],
    "confidential": True,
}
GOOD: dict[tuple[str, str], dict[str, Any]] = {
    ("hub-container", CONTAINER): HUB,
    ("proxy-container", CONTAINER): SERVICE
    | {"ports": [{"internal": 8000.0, "external": 80.0, "ip": EVERYWHERE}]},
    ("gitlab-container", CONTAINER): SERVICE
    | {
        "ports": [{"internal": 8080.0, "external": 8929.0, "ip": "127.0.0.1"}],
        "volumes": [
            {"hostPath": "/srv/data", "containerPath": "/data"},
            {"hostPath": "/etc/localtime", "containerPath": "/etc/localtime", "readOnly": True},
        ],
        "mounts": [
            {"type": "bind", "source": "/etc/ssl/certs/", "target": "/certs", "readOnly": True}
        ],
    },
    ("other-container", CONTAINER): SERVICE
    | {
        "image": "sha256:0123456789ab",
        "securityOpts": ["no-new-privileges"],
        "envs": secret(["API_TOKEN=canary"]),
        "command": ["--token", secret("canary"), "--password", UNKNOWN_STRING_VALUE, "--key-file"],
        "uploads": [
            {"file": "/key.pem", "content": secret("-----BEGIN PRIVATE KEY-----\n")},
            {"file": "/ca.pem", "content": "-----BEGIN CERTIFICATE-----\n"},
            {"file": "/settings", "content": '{"token": null, "passwords": [], "keys": {}}'},
            {"file": "/logo.png", "contentBase64": b64encode(b"\x89PNG\x00").decode()},
            {"file": "/c.pem", "contentBase64": secret("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t")},
            {"file": "/odd", "contentBase64": "odd"},
            {"file": "/etc/other/settings.json", "content": '// not the hub\'s: {"gitlab": {}}'},
            secret({"file": "/b.pem", "content": "-----BEGIN PRIVATE KEY-----\n"}),
            UNKNOWN_STRING_VALUE,
        ],
    },
    ("unknown-container", CONTAINER): SERVICE
    | dict.fromkeys(("envs", "uploads", "command", "entrypoints"), UNKNOWN_STRING_VALUE),
    ("words-container", CONTAINER): SERVICE
    | {"envs": ["TOKENIZERS_PARALLELISM=false", "SSH_PUBLIC_KEY=ssh-ed25519 AAAA", "MONKEY=1"]}
    | {"uploads": secret([{"file": "/key.pem", "content": "-----BEGIN PRIVATE KEY-----\n"}])},
    ("edge-container", CONTAINER): SERVICE
    | {"ports": [{"internal": port, "ip": EVERYWHERE} for port in (8443.0, 8080.0)]},
    ("data", VOLUME): {"name": "jupyterhub-dev-hub-data", "labels": LABELS},
    ("disk", VOLUME): {"labels": LABELS, "driverOpts": bound("/srv/data")},
    ("share", VOLUME): {
        "labels": LABELS,
        "driverOpts": {"type": "nfs", "o": "addr=10.0.0.1", "device": ":/run"},
    },
    ("bridge", NETWORK): {"name": "jupyterhub-dev", "labels": LABELS},
    ("hub-build", IMAGE): BUILT,
    ("remote", REMOTE_IMAGE): {
        "name": "debian:13.1.0",
        "build": {"context": "images/hub", "buildArgs": BUILT["build"]["args"]},
    },
    ("pulled", REMOTE_IMAGE): {"name": "debian:13.1.0"},
    ("login-application", APPLICATION): REGISTERED,
    ("local-application", APPLICATION): REGISTERED
    | {"redirectUrl": "http://localhost:8000/hub/oauth_callback"},
    ("unregistered-application", APPLICATION): REGISTERED | {"redirectUrl": None},
    ("read-hub-container", CONTAINER): SERVICE
    | {
        "uploads": [
            {"file": "/etc/jupyterhub/settings.json", "source": "settings.json"},
            {"file": "/b/settings.json", "contentBase64": "e30="},
        ]
    },
    ("login-api", PROVIDER): {"baseUrl": "https://git.example.org/api/v4/", "insecure": "false"},
    ("dev", STACK): {},
}

Row = tuple[str, str, dict[str, Any], str]
BAD: list[Row] = [
    ("containers-keep-off-the-host", CONTAINER, {"privileged": True}, "privileged is true"),
    ("containers-keep-off-the-host", CONTAINER, {"networkMode": "host"}, "networkMode is host"),
    ("containers-keep-off-the-host", CONTAINER, {"pidMode": "host"}, "pidMode is host"),
    ("containers-keep-off-the-host", CONTAINER, {"ipcMode": "container:1"}, "ipcMode is cont"),
    ("containers-keep-off-the-host", CONTAINER, {"devices": [{"hostPath": "/dev/kvm"}]}, "/kvm"),
    ("containers-have-few-rights", CONTAINER, {"capabilities": {"drops": []}}, "drop ALL"),
    (
        "containers-have-few-rights",
        CONTAINER,
        {"capabilities": {"drops": ["ALL"], "adds": ["CAP_SYS_ADMIN"]}},
        "adds has SYS_ADMIN",
    ),
    ("containers-have-few-rights", CONTAINER, {"securityOpts": []}, "no-new-privileges:true"),
    (
        "containers-have-few-rights",
        CONTAINER,
        {"securityOpts": ["no-new-privileges:true", "seccomp=unconfined"]},
        "has seccomp=unconfined",
    ),
    (
        "containers-have-few-rights",
        CONTAINER,
        {"securityOpts": ["no-new-privileges:true", "no-new-privileges:false"]},
        "has no-new-privileges:false",
    ),
    (
        "containers-have-few-rights",
        CONTAINER,
        {"securityOpts": ["no-new-privileges", "label=disable"]},
        "has label=disable",
    ),
    ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [SOCKET]}, "mounts /var/run/docker"),
    *(
        ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [{key: place}]}, f"mounts {place}")
        for key in ("volumeName", "hostPath")
        for place in ("/var/run/docker.sock", "/proc/1/root", "/etc", "/dev", "/root/.ssh")
    ),
    ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [{"hostPath": "/"}]}, "mounts / of"),
    (
        "only-the-hub-sees-the-engine",
        CONTAINER,
        {"mounts": [{"type": "bind", "source": "/home/ada/docker.sock", "target": "/s"}]},
        "mounts /home/ada/docker.sock",
    ),
    ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [{"fromContainer": "h"}]}, "sees"),
    ("only-the-hub-sees-the-engine", VOLUME, {"driverOpts": bound("/var/run")}, "device /var/run,"),
    ("only-the-hub-sees-the-engine", VOLUME, {"driverOpts": bound("/")}, "the device /, which"),
    ("only-the-hub-sees-the-engine", VOLUME, {"driverOpts": bound("//srv/../run")}, "srv/../run,"),
    (
        "only-the-hub-sees-the-engine",
        CONTAINER,
        {
            "mounts": [
                {"type": "volume", "volumeOptions": {"driverOptions": bound("/run/docker.sock")}}
            ]
        },
        "mounts /run/docker.sock of the host",
    ),
    *(
        ("only-the-hub-sees-the-engine", CONTAINER, {"volumes": [mount]}, "could become root there")
        for mount in [
            {"hostPath": "/etc/localtime"},
            {"hostPath": "/etc/localtime/../shadow", "readOnly": True},
            {"hostPath": "/etc", "readOnly": True},
            {"hostPath": "/run/docker.sock", "readOnly": True},
        ]
    ),
    ("containers-are-limited", CONTAINER, {"memory": None}, "set memory, in MiB"),
    ("containers-are-limited", CONTAINER, {"logOpts": {"max-file": "3"}}, "max-size"),
    ("containers-come-back", CONTAINER, {"restart": "on-failure"}, "restart is on-failure"),
    ("containers-come-back", CONTAINER, {"restart": None}, "restart is no;"),
    ("containers-prove-their-health", CONTAINER, {"wait": False}, "wait is not set"),
    ("things-are-labelled", CONTAINER, {"labels": LABELS[:1]}, "pulumi.stack is None, not dev"),
    ("things-are-labelled", NETWORK, {}, "pulumi.project is None, not jupyterhub"),
    ("things-are-labelled", VOLUME, {"labels": LABELS[1:]}, "pulumi.project is None"),
    ("data-is-not-replaced", VOLUME, {"labels": LABELS}, "ignore_changes=['labels']"),
    ("data-is-not-replaced", VOLUME, {"driver": "nfs", "driverOpts": {}}, "of driver, driverOpts"),
    (
        "only-the-door-is-published",
        CONTAINER,
        {"ports": [{"internal": 8080.0, "external": 8929.0, "ip": EVERYWHERE}]},
        "publishes port 8929 on 0.0.0.0",
    ),
    ("only-the-door-is-published", CONTAINER, {"ports": [{"internal": 80.0}]}, "port 80 on 0.0."),
    ("only-the-door-is-published", CONTAINER, {"publishAllPorts": True}, "name the ports"),
    ("stacks-share-nothing", STACK, {}, "172.18.0.0/24 is also claimed by stack other"),
    ("nothing-floats", CONTAINER, {"image": "nginx"}, "image is nginx; give a digest"),
    ("nothing-floats", REMOTE_IMAGE, {"name": "debian:latest"}, "name is debian:latest"),
    ("nothing-floats", IMAGE, {"imageName": "hub"}, "imageName is hub"),
    (
        "nothing-floats",
        IMAGE,
        BUILT | {"build": {"context": ".", "args": {"ROOT_IMAGE": "debian:latest"}}},
        "Dockerfile: ${ROOT_IMAGE} is debian:latest",
    ),
    (
        "nothing-floats",
        IMAGE,
        BUILT | {"build": {"context": ".", "args": {"ROOT_IMAGE": "debian:13.1.0"}}},
        "Dockerfile: ghcr.io/astral-sh/uv is ghcr.io/astral-sh/uv",
    ),
    (
        "nothing-floats",
        IMAGE,
        BUILT | {"build": {"context": ".", "args": {"ROOT_IMAGE": "debian:13.1.0"}}},
        "Dockerfile: busybox is busybox",
    ),
    *(
        ("nothing-floats", IMAGE, BUILT | {"build": build}, expected)
        for build, expected in [
            ({}, "Dockerfile: ${ROOT_IMAGE} is missing"),
            ({"dockerfile": "quoted"}, "quoted: $B is debian:latest; give"),
            ({"dockerfile": "defaulted"}, "defaulted: ${B:-debian:latest} is debian:latest; give"),
            ({"dockerfile": "joined"}, "joined: ${B} is debian:latest; give"),
            ({"dockerfile": "overwritten"}, "overwritten: ${B} is debian:latest; give"),
            ({"dockerfile": "inner"}, "inner: ${B} is missing; give"),
            ({"dockerfile": "flagged"}, "flagged: busybox is busybox; give"),
            ({"context": "https://git.example.org/a.git"}, "nobody sees what it builds on"),
        ]
    ),
    *(
        ("nothing-floats", REMOTE_IMAGE, {"name": "hub:1.0.0", "build": build}, expected)
        for build, expected in [
            (
                {"context": ".", "buildArgs": {"ROOT_IMAGE": "debian:latest"}},
                "Dockerfile: ${ROOT_IMAGE} is debian:latest",
            ),
            ({"context": "folder", "dockerfile": "named"}, "folder/named: busybox is busybox"),
            ({"context": "folder", "dockerfile": "quoted"}, "folder/quoted is no file in"),
            ({"context": ".", "remoteContext": "https://a.org/a.git"}, "nobody sees what it bu"),
        ]
    ),
    (
        "no-secret-stays-in-an-image",
        REMOTE_IMAGE,
        {"build": {"context": ".", "buildArgs": {"NPM_TOKEN": "canary"}}},
        "build argument NPM_TOKEN",
    ),
    (
        "no-secret-stays-in-an-image",
        IMAGE,
        {"build": {"args": {"NPM_TOKEN": "canary"}}},
        "build argument NPM_TOKEN",
    ),
    (
        "no-secret-stays-in-an-image",
        IMAGE,
        {"build": {"args": {"PIP_INDEX_URL": "https://ada:canary@pypi.example.org/simple"}}},
        "build argument PIP_INDEX_URL",
    ),
    ("secrets-are-marked", CONTAINER, {"envs": ["API_TOKEN=canary"]}, "API_TOKEN in the clear"),
    ("secrets-are-marked", CONTAINER, {"envs": ["db_password=canary"]}, "db_password in the clear"),
    ("secrets-are-marked", CONTAINER, {"envs": ["SMTP_PASS=canary"]}, "SMTP_PASS in the clear"),
    ("secrets-are-marked", CONTAINER, {"envs": ["DB=postgres://hub:canary@db/hub"]}, "has DB in"),
    ("secrets-are-marked", CONTAINER, {"envs": [secret("A=b"), "DB_PASSWORD=canary"]}, "PASSWORD"),
    (
        "secrets-are-marked",
        CONTAINER,
        {"uploads": [{"file": "/k.pem", "content": "-----BEGIN RSA PRIVATE KEY-----\ncanary"}]},
        "uploads has a secret in the clear, /k.pem",
    ),
    *(
        ("secrets-are-marked", CONTAINER, {"uploads": [upload | {"file": "/f"}]}, "clear, /f; use")
        for upload in [
            {"content": '{"api_token": "canary"}'},
            {"content": '[{"tokens": {"ada": "canary"}}]'},
            {"content": "glpat-canary0123456789abcd"},
            {"content": "db:\n  password: canary\n"},
            {"contentBase64": b64encode(b"-----BEGIN PRIVATE KEY-----\ncanary").decode()},
            {"contentBase64": b64encode(b'{"api_token": "canary"}').decode()},
        ]
    ),
    *(
        ("secrets-are-marked", CONTAINER, {key: given}, f"{place} in the clear; wrap")
        for key, given, place in [
            ("command", ["--api-token=canary"], "command[0] has a secret"),
            ("command", ["run", "--password", "canary"], "command[2] has a secret"),
            ("entrypoints", ["sh", "-c", "login --token canary"], "entrypoints[2] has a secret"),
            ("labels", [{"label": "api-token", "value": "canary"}], "labels has api-token"),
            ("labels", [{"label": "a", "value": "glpat-canary0123456789abcd"}], "labels has a"),
        ]
    ),
    ("keys-are-no-ids", RANDOM_BYTES, {"length": 32.0}, "use components.random_key"),
    ("gitlab-is-reached-safely", APPLICATION, {"redirectUrl": "http://hub.org/"}, "http://hub.or"),
    ("gitlab-is-reached-safely", PROVIDER, {"baseUrl": "http://git.org/api/v4/"}, "http://git.org"),
    ("gitlab-is-reached-safely", PROVIDER, {"insecure": "true"}, "insecure is true"),
    ("gitlab-grants-little", APPLICATION, {"scopes": ["read_user", "api"]}, "scopes has api"),
    ("gitlab-grants-little", APPLICATION, {"confidential": False}, "confidential is false"),
]
BAD_PARTS: list[Row] = [
    (
        "gitlab-membership-is-used",
        "hub",
        {"uploads": settings(scopes=["read_user", "read_api"], allowed_groups=[])},
        "asks for read_api",
    ),
    ("someone-may-sign-in", "hub", {"uploads": settings(allow_everyone=False)}, "gitlab.allow"),
    (
        "notebooks-are-limited",
        "hub",
        {"uploads": limits(notebook={"memory_mib": 2048, "cpus": 2})},
        "notebook.pids is not limited; set jupyterhub:notebook.pids",
    ),
    (
        "notebooks-are-limited",
        "hub",
        {"uploads": limits(profiles=[{"name": "large", "cpus": 2}])},
        "profiles[0].memory_mib is not limited",
    ),
    *(
        ("only-the-hub-sees-the-engine", "hub", {"volumes": [mount]}, f"mounts {mount['hostPath']}")
        for mount in (
            {"hostPath": "/", "containerPath": "/host"},
            {"hostPath": "/etc", "containerPath": "/var/run/docker.sock"},
            {"hostPath": "/run/containerd/containerd.sock", "containerPath": "/run/c.sock"},
        )
    ),
    *(
        ("only-the-door-is-published", part, {"ports": [port]}, f"port {port['internal']:.0f} on")
        for part, port in [
            ("proxy", {"internal": 8001.0, "ip": EVERYWHERE}),
            ("edge", {"internal": 2019.0, "ip": EVERYWHERE}),
            ("hub", {"internal": 8000.0, "ip": EVERYWHERE}),
        ]
    ),
]
"""By the component of the container."""
FILES = {
    "Dockerfile": """\
        ARG ROOT_IMAGE
        FROM --platform=linux/amd64 ${ROOT_IMAGE} AS root
        FROM root
        COPY --from=ghcr.io/astral-sh/uv /uv /bin/
        RUN --mount=type=bind,from=busybox,target=/b --mount=type=cache,from=root,target=/c true
        COPY --from=0 /etc/hostname /
        """,
    "quoted": 'ARG B="debian:latest"\nFROM $B\n',
    "defaulted": "ARG B\nFROM ${B:-debian:latest}\n",
    "joined": "ARG TAG=latest\nARG B=debian:${TAG}\nFROM \\\n# why\n  ${B}\n",
    "overwritten": "ARG B=debian:latest\nFROM debian:13.1.0 AS a\nARG B=debian:13.1.0\nFROM ${B}\n",
    "inner": "FROM debian:13.1.0 AS a\nARG B=debian:13.1.0\nFROM ${B}\n",
    "folder/named": "FROM busybox\n",
    "flagged": "FROM scratch\nRUN --mount=type=bind,target=/b,from=busybox true\n",
    "sound": """\
        # FROM debian
        ARG PY=python:3.12.4
        FROM debian:13.1.0 AS Build
        ARG PY
        FROM ${PY}
        RUN uvx --from=x y
        RUN python <<EOF && echo $((1<<2))
        from os import path
        EOF
        from ${B:-scratch}
        COPY --chown=1:1 --from=build /a /b
        RUN --mount=type=cache,from=Build,target=/c true
        """,
    "Pulumi.yaml": "name: jupyterhub\n",
    "Pulumi.dev.yaml": "config: {jupyterhub:network: {subnet: 172.18.0.0/24}}\n",
    "Pulumi.other.yaml": "config: {jupyterhub:network: {subnet: 172.18.0.0/16}}\n",
}
COMPONENTS = {
    "hub": "Hub",
    "proxy": "Proxy",
    "edge": "Edge",
    "gitlab": "GitLabStandin",
    "login": "GitLabLogin",
}
"""By what their resources are called."""


def options(**given: Any) -> PolicyResourceOptions:
    defaults: dict[str, Any] = {
        "protect": False,
        "ignore_changes": [],
        "delete_before_replace": None,
        "aliases": [],
        "custom_timeouts": PolicyCustomTimeouts(0, 0, 0),
        "additional_secret_outputs": ["secret"],
    }
    return PolicyResourceOptions(**(defaults | given))


def told(rule: str, kind: str, props: dict[str, Any], name: str = "other", **given: Any) -> str:
    """Return what a rule reports, asked in the order and the form in which the engine asks."""
    policy = RULES[rule]
    assert isinstance(policy, ResourceValidationPolicy)
    component = COMPONENTS.get(name.rpartition("-")[0].rpartition("-")[2])
    types = f"jupyterhub:index:{component}${kind}" if component else kind
    urn = f"urn:pulumi:dev::jupyterhub::{types}::{name}"

    def shown(props: Any) -> ResourceValidationArgs:
        return ResourceValidationArgs(kind, props, urn, name, options(**given), None)

    messages: list[str] = []
    if policy.has_remediation() and policy.enforcement_level is EnforcementLevel.REMEDIATE:
        assert policy.remediate(shown(deserialize_properties(props, proxy_secrets=True))) is None
    policy.validate(
        shown(unknown_checking_proxy(deserialize_properties(props))),
        lambda message, _: messages.append(message),
    )
    return "\n".join(messages)


@pytest.fixture(autouse=True)
def language_host(monkeypatch):
    """Pulumi has started the pack for the program that this returns."""

    def works_in(folder: Path) -> None:
        monkeypatch.setattr("policy.program.language_host_folder", lambda: folder)

    works_in(Path(__file__).parents[2])
    return works_in


@pytest.fixture
def files(tmp_path, language_host):
    for file, text in FILES.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(re.sub("^ +", "", text, flags=re.MULTILINE))
    language_host(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("row", BAD)
def test_what_breaks_a_rule_is_told(row):
    rule, kind, props, expected = row
    whole = (SERVICE if kind == CONTAINER else {}) | props
    message = told(rule, kind, whole)
    assert expected in message
    assert "canary" not in message


@pytest.mark.parametrize("row", BAD_PARTS)
def test_what_breaks_a_rule_about_a_part_is_told(row):
    rule, part, props, expected = row
    assert expected in told(rule, CONTAINER, SERVICE | props, f"{part}-container")


@pytest.mark.usefixtures("files")
def test_a_dockerfile_s_own_stages_and_what_it_runs_do_not_float():
    assert told("nothing-floats", IMAGE, BUILT | {"build": {"dockerfile": "sound"}}) == ""


@pytest.mark.parametrize("prefix", ["", "physics-"])  # as examples/two-hubs
@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "fixed-addresses-stay-free"])
def test_a_sound_stack_breaks_no_rule(rule, prefix):
    for (name, kind), props in GOOD.items():
        assert (
            told(rule, kind, props, f"{prefix}{name}", ignore_changes=["labels", "driverOpts"])
            == ""
        ), name


@pytest.mark.parametrize("given", [{"protect": True}, {"ignore_changes": ["labels"]}])
def test_a_volume_can_be_kept_in_two_ways(given):
    assert told("data-is-not-replaced", VOLUME, {"labels": LABELS}, **given) == ""


def test_an_application_marks_its_secret():
    message = told("gitlab-grants-little", APPLICATION, REGISTERED, additional_secret_outputs=[])
    assert "its output secret is not marked" in message


@pytest.mark.parametrize(
    "asked", [("stacks-share-nothing", STACK, {}), ("nothing-floats", IMAGE, BUILT)]
)
@pytest.mark.parametrize(
    ("project", "expected"),
    [
        (None, "no Pulumi.yaml there or above"),
        ("name: other", "the Pulumi.yaml there is of another project"),
        ("[]", "the Pulumi.yaml there is of another project"),
    ],
)
def test_a_rule_about_files_says_where_it_does_not_find_the_program(
    tmp_path, language_host, asked, project, expected
):
    if project:
        (tmp_path / "Pulumi.yaml").write_text(project)
    language_host(tmp_path)
    assert expected in told(*asked)
    language_host(Path(__file__).parents[2])
    assert told(*asked) == ""


def test_a_program_in_a_folder_of_its_project_finds_both(files, language_host):
    """Pulumi.yaml's `main` names it; stack files stay beside Pulumi.yaml."""
    language_host(files / "folder")
    assert "named: busybox is busybox" in told(
        "nothing-floats", IMAGE, BUILT | {"build": {"context": ".", "dockerfile": "named"}}
    )
    assert "is also claimed by stack other" in told("stacks-share-nothing", STACK, {})


def test_a_stack_without_a_file_is_told(files):
    (files / "Pulumi.dev.yaml").unlink()
    assert "there is no Pulumi.dev.yaml" in told("stacks-share-nothing", STACK, {})


def test_a_rule_that_cannot_see_says_so():
    policy = RULES["secrets-are-marked"]
    assert isinstance(policy, ResourceValidationPolicy)
    messages: list[str] = []
    args = ResourceValidationArgs(CONTAINER, HUB, "urn", "hub-container", options(), None)
    policy.validate(args, lambda message, _: messages.append(message))
    assert "only at the level remediate" in messages[0]


RANGE_OF_6 = {"subnet": "fd00::/64", "gateway": "fd00::1", "ipRange": "fd00::8000/113"}
RANGE = {"subnet": "172.30.0.0/24", "gateway": "172.30.0.1", "ipRange": "172.30.0.128/25"}


@pytest.mark.parametrize(
    ("config", "addresses", "expected"),
    [
        (RANGE, ["172.30.0.2", "172.30.0.3", None], ""),
        (RANGE, ["172.31.0.2"], "172.31.0.2 is not in the network's subnet 172.30.0.0/24"),
        (RANGE, ["172.30.0.200"], "172.30.0.200 may be handed out, since it is in the ipRange"),
        ({"subnet": "172.30.0.0/24"}, ["172.30.0.2"], "the network has no ipRange"),
        (RANGE, ["172.30.0.1"], "172.30.0.1 is also the address of the host"),
        (RANGE, ["172.30.0.2", "172.30.0.2"], "172.30.0.2 is also the address of zero"),
        (RANGE, ["fd00::2"], ""),
        (RANGE, ["fd00::8002"], "fd00::8002 may be handed out, since it is in the ipRange"),
    ],
)
def test_fixed_addresses(config, addresses, expected):
    def resource(name: str, kind: str, props: dict[str, Any]) -> PolicyResource:
        shown = unknown_checking_proxy(props)
        return PolicyResource(kind, shown, f"urn::{name}", name, options(), None, None, [], {})

    def version(address: str | None) -> str:
        return "ipv6Address" if ":" in (address or "") else "ipv4Address"

    names = ("zero", "one", "two")
    resources = [
        resource("bridge", NETWORK, {"name": "net", "ipamConfigs": [config, RANGE_OF_6]}),
        *(
            resource(name, CONTAINER, {"networksAdvanced": [{"name": "net", version(at): at}]})
            for name, at in zip(names, addresses, strict=False)
        ),
    ]
    policy = RULES["fixed-addresses-stay-free"]
    assert isinstance(policy, StackValidationPolicy)
    messages: list[tuple[str, str | None]] = []
    policy.validate(StackValidationArgs(resources), lambda *told: messages.append(told))
    assert len(messages) == bool(expected)
    for message, urn in messages:
        assert expected in message
        assert urn == f"urn::{names[len(addresses) - 1]}"


def test_every_rule_has_a_bad_example():
    assert {rule for rule, *_ in [*BAD, *BAD_PARTS]} | {"fixed-addresses-stay-free"} == RULES.keys()


def test_the_page_lists_every_rule():
    page = Path("docs/policies.md").read_text()
    rows = re.findall(r"^\| `(.+)` \| (.+) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [
        (policy.name, policy.description.split(". ")[0], str(policy.enforcement_level.value))
        for policy in RULES.values()
        if policy.enforcement_level
    ]
