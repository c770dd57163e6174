"""The policy pack, run by the real engine: on a bad program, on ours, and on a running stack."""

import json
import os
import re
import select
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from policy.rule import every_rule
from tests.deployment import REPOSITORY, CommandFailedError, Deployment

PACK = ("--policy-pack", str(REPOSITORY / "policy"))
SECONDS = 120
BAD = """
import pulumi_docker as docker

docker.Container(
    "web-container",
    image="nginx:1.29.3",
    envs=["API_TOKEN=canary"],
    ports=[{"internal": 80, "external": 8080}],
    capabilities={"drops": ["ALL"]},
    security_opts=["no-new-privileges:true"],
    memory=64,
    log_opts={"max-size": "10m"},
    wait=True,
    labels=[
        {"label": "pulumi.project", "value": "tiny"},
        {"label": "pulumi.stack", "value": "dev"},
    ],
)
"""
FAULTS = (
    *("privileged is true", "devices has /dev/kvm", "adds has SYS_ADMIN", "drop ALL"),
    *(f"{kind}Mode is host" for kind in ("cgroupns", "ipc", "network", "pid", "userns")),
    *("has no-new-privileges:false", "lacks no-new-privileges", "memory is not", "log is not"),
    *("restart is no", "wait is not set", "label pulumi.stack is None", "change of driverOpts"),
    *(f"mounts {path} of" for path in ("/var/run/docker.sock", "/proc", "/root", "/run")),
    *("fromContainer hub", "driverOpts has the device /etc", "PidsLimit is not limited"),
    *("POLICY notebook[0].HostConfig.Privileged is True", "servers.HostConfig.Privileged is True"),
    *("HostConfig.NetworkMode is None", "looks.take.HostConfig.CgroupParent is /"),
    *("/etc makes people root", "mounts /mnt of", "propagation rshared", "to guarded"),
    "/etc gets root's files on the host's disk",
    *("cgroupParent is /", "runtime is another", "sysctls is not", "has seccomp={"),
    *("publishes port 8001 on 0.0.0.0", "publishAllPorts is true"),
    *("10.201.0.2 is not in", "fd01::2 is not in", "10.200.0.0/24 is also claimed by stack other"),
    *(
        "image is nginx:latest",
        "name is debian:latest",
        "imageName is image;",
        "argument NPM_TOKEN",
    ),
    *("envs has API_TOKEN in the clear", "components.random_key"),
    *(f"has a secret in the clear, /{file}" for file in ("site.key", "b.json")),
    *(f"{item} has a secret in the clear" for item in ("command[1]", "entrypoints[1]")),
    "labels has api-token in the clear",
    *("redirectUrl is http:", "baseUrl is http:", "insecure is true", "scopes has api"),
    *("confidential is false", "asks for read_api", "allows anybody"),
)
"""Of tests/engine/bad_program.py."""
PORT, SECRET, RESTART = "only-the-door-is-published", "secrets-are-marked", "containers-come-back"

Preview = Callable[..., subprocess.CompletedProcess[str]]


def shown(output: str) -> dict[str, str]:
    """Return the level of each broken rule that the CLI lists."""
    found = re.findall(r"- \[(\w+)\]  ([a-z-]+)  \(docker:index:Container: web-con", output)
    return {rule: level for level, rule in found}


@pytest.fixture
def preview(tmp_path: Path) -> Preview:
    """Preview a program's text with the pack and with levels of one's own."""
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (tmp_path / ".venv").symlink_to(REPOSITORY / ".venv")
    (tmp_path / "state").mkdir()

    def run(
        program: str, levels: dict[str, object], *arguments: str
    ) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "PULUMI_BACKEND_URL": f"file://{tmp_path}/state",
            "PULUMI_CONFIG_PASSPHRASE": "test",
        }
        (tmp_path / "__main__.py").write_text(program)
        (tmp_path / "levels.json").write_text(json.dumps(levels))
        with_levels = ["--policy-pack-config", "levels.json"] if levels else []
        for command in (["stack", "init", "dev"], ["preview", *PACK, *with_levels, *arguments]):
            done = subprocess.run(
                ["pulumi", *command, "--non-interactive"],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        return done

    return run


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({}, {PORT: "mandatory", SECRET: "mandatory", RESTART: "advisory"}),
        ({PORT: "advisory", SECRET: "disabled"}, {PORT: "advisory", RESTART: "advisory"}),
        (
            {PORT: "disabled", SECRET: "disabled", RESTART: {"enforcementLevel": "mandatory"}},
            {RESTART: "mandatory"},
        ),
        ({"all": "disabled"}, {}),
    ],
)
def test_a_bad_program_is_told_and_refused_at_the_levels_given(preview, levels, expected):
    done = preview(BAD, levels)
    assert shown(done.stdout) == expected, done.stdout + done.stderr
    assert (done.returncode != 0) == ("mandatory" in expected.values())
    assert ("publishes port 8080 on 0.0.0.0; set ip to 127.0.0.1" in done.stdout) == (
        PORT in expected
    )
    assert "canary" not in done.stdout + done.stderr


def test_a_rule_about_the_whole_stack_is_told(preview):
    program = """
import pulumi_docker as docker

docker.Network("bridge", name="net", ipam_configs=[{"subnet": "10.200.0.0/24"}])
docker.Container(
    "web-container",
    image="nginx:1.29.3",
    networks_advanced=[{"name": "net", "ipv4_address": "10.201.0.2"}],
)
"""
    rule = "fixed-addresses-stay-free"
    done = preview(program, {"all": "disabled", rule: "mandatory"})
    assert shown(done.stdout) == {rule: "mandatory"}
    assert "10.201.0.2 is not in the network's subnet 10.200.0.0/24" in done.stdout
    assert done.returncode != 0


def test_every_rule_is_broken_by_a_real_program(preview, tmp_path, monkeypatch):
    """A rule looks for its inputs by the names that Pulumi has for them."""
    monkeypatch.setenv("PULUMI_ENABLE_STREAMING_JSON_PREVIEW", "true")
    for stack in ("dev", "other"):  # stacks-share-nothing
        config = {"config": {"tiny:network": {"subnet": "10.200.0.0/24"}}}
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(config))
    program = (REPOSITORY / "tests/engine/bad_program.py").read_text()
    done = preview(program, {"all": "advisory", SECRET: "remediate"}, "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    found = [event["policyEvent"] for event in events if "policyEvent" in event]
    assert {fault["policyName"] for fault in found} == {rule.name for rule in every_rule()}
    said = "".join(fault["message"] for fault in found)
    assert [fault for fault in FAULTS if fault not in said] == []
    assert "canary" not in said


def test_a_marked_secret_is_seen(preview):
    marked = BAD.replace('"API_TOKEN=canary"', 'pulumi.Output.secret("API_TOKEN=canary")')
    done = preview(f"import pulumi\n{marked}", {PORT: "disabled"})
    assert shown(done.stdout) == {RESTART: "advisory"}
    assert done.returncode == 0


def test_the_pack_starts_without_our_language_host():
    """The official one runs it like this, with its output a pipe."""
    pack_folder = REPOSITORY / "policy"
    with subprocess.Popen(
        [pack_folder / "../.venv/bin/python", "-u", "-m", "pulumi.policy", "::1:1", pack_folder],
        cwd=pack_folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as pack:
        assert pack.stdout is not None
        ready, _, _ = select.select([pack.stdout], [], [], SECONDS)
        pack.terminate()
        assert ready, "it has to print its port"
        assert pack.stdout.readline().rstrip().isdecimal()


def test_the_running_stack_breaks_no_rule(deployment: Deployment):
    printed = deployment.pulumi("preview", *PACK)
    assert "✅ jupyterhub@" in printed
    assert "[advisory]" not in printed


def test_a_secret_that_the_program_gives_away_is_refused(deployment: Deployment):
    program = deployment.folder / "components/proxy.py"
    original = program.read_text()
    entry = 'Output.concat("CONFIGPROXY_AUTH_TOKEN=", self.token)'
    assert entry in original
    program.write_text(original.replace(entry, f"Output.unsecret({entry})"))
    try:
        with pytest.raises(CommandFailedError, match="CONFIGPROXY_AUTH_TOKEN in the clear"):
            deployment.pulumi("preview", *PACK)
    finally:
        program.write_text(original)
