"""The scripts behind `make`, with stubs in place of the programs that they run."""

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.checkout import NO_ENGINE, STUB, Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_scripts_count_on_from_the_first_one_whatever_else_is_set(checkout):
    begun = str(int(time.time()) - 100)
    told = checkout.run("bootstrap/python.sh", JUPYTERHUB_STARTED=begun, started="x")[1]
    assert re.search(r"^\[1\d\d s\] Python packages", told, re.MULTILINE)


ANEW = "uv venv --quiet --clear --python >=3.11 .venv"
SYNC = "uv pip sync --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock"
ENVIRONMENTS = {
    "as locked": ("true", []),
    "another lock": ("echo >>requirements.lock", [SYNC]),
    "no Python any more": ("ln -sf /gone .venv/bin/python", [ANEW, SYNC]),
    "another Python": (r"printf '#!/bin/sh\nexit 1' >.venv/bin/python", [ANEW, SYNC]),
    "moved": ("sed -i s,^,/elsewhere, .venv/made-from", [ANEW, SYNC]),
    "another's": ("mv .venv there; ln -s there .venv; sed -i s,/.venv,/there, .venv/made-from", []),
    "interrupted": ("rm .venv/made-from", [ANEW, SYNC]),
    "none": ("rm -r .venv", [ANEW, SYNC]),
}


@pytest.mark.parametrize(("change", "calls"), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_an_environment_that_does_not_work_is_made_anew(checkout, change, calls):
    checkout.stub("uv", "mkdir -p .venv/bin; ln -sf /bin/true .venv/bin/python\n")
    checkout.run("bash", "-c", change)
    for _ in ("first", "second"):
        status, told = checkout.run("bootstrap/python.sh")
        assert status == 0, told
        assert checkout.calls("uv") == calls


def test_labctl_runs_in_any_directory_and_from_a_folder_of_any_name(tmp_path):
    folder = tmp_path / """Ada's "$HOME" `a\\b`"""
    folder.mkdir()
    checkout = Checkout(folder)
    (folder / "labctl").mkdir()
    program = "import sys\ndef app(prog_name): print(prog_name, sys.argv[1:])\n"
    (folder / "labctl/__main__.py").write_text(program)
    checkout.stub("../.venv/bin/python", f'exec {sys.executable} "$@"\n')
    assert checkout.run("bootstrap/python.sh")[0] == 0
    elsewhere = 'cd .state && "../.venv/bin/labctl" note "a b"'
    assert checkout.run("bash", "-c", elsewhere) == (0, "labctl ['note', 'a b']\n")


PLUGINS = {"docker": "5.1.0", "gitlab": "10.4.0", "random": "4.21.4"}


def test_the_plugins_that_are_downloaded_are_those_of_the_stacks(checkout):
    assert checkout.run("bootstrap/pulumi.sh")[0] == 0
    installed = [call for call in checkout.calls("pulumi") if "plugin" in call]
    assert installed == [
        f"pulumi plugin install resource {name} {version}" for name, version in PLUGINS.items()
    ]
    asked = [call.rpartition("/pulumi/")[2] for call in checkout.calls("curl")]
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    assert asked == [
        f"pulumi-{name}/releases/download/v{version}/"
        f"pulumi-resource-{name}-v{version}-linux-{machine}.tar.gz"
        for name, version in PLUGINS.items()
    ]


INSTEAD = "Where downloads fail or stall, OFFLINE=1 takes what package registries have."


@pytest.mark.parametrize(
    ("program", "fails", "named"),
    [
        ("curl", "[[ $* == *checksums.txt && $* != *--retry* ]]", "download Pulumi"),
        ("curl", "true", "does not match the published checksum"),
        ("pulumi", "[[ $1 != plugin ]]", "plug-in docker"),
    ],
)
def test_what_to_do_where_a_download_fails_is_said(checkout, program, fails, named):
    if program == "curl":
        checkout.stub("../another/.state/bin/pulumi", "echo v3.1.0\n")
    checkout.stub(program, fails)
    path = f"{checkout.folder}/another/.state/bin:{checkout.folder}/programs:{os.environ['PATH']}"
    status, told = checkout.run("bootstrap/pulumi.sh", PATH=path)
    assert status == 1
    assert named in told
    assert told.endswith(f"\n{INSTEAD}\n")
    assert list(checkout.folder.glob(".cache/jupyterhub-pulumi/*")) == []


def test_go_is_installed_as_locked_where_there_is_none(checkout):
    checkout.stub("go", 'if [[ $1 == build ]]; then touch "$5"; else exit 1; fi\n')
    checkout.stub("../.venv/bin/uv", "")
    status, told = checkout.run("bootstrap/pulumi.sh", OFFLINE="1")
    assert status == 0, told
    [install] = checkout.calls("uv")
    assert install.endswith(" --require-hashes --requirement offline/requirements.lock")


def test_without_downloads_the_same_plugins_come_from_offline(checkout):
    checkout.stub("curl", "exit 7\n")
    status, told = checkout.run("bootstrap/pulumi.sh")
    assert status == 0
    assert "from offline/" in told
    links = {path.parent.name: path for path in checkout.folder.glob(".state/pulumi/plugins/*/*")}
    assert links.keys() == {f"resource-{name}-v{version}" for name, version in PLUGINS.items()}
    assert all(path.exists() for path in links.values())


CACHE = ".cache/jupyterhub-pulumi/pulumi-"


@pytest.mark.parametrize(
    ("folder", "version", "taken"),
    [
        ("programs", "v3.1.0", True),
        (f"{CACHE}3.1.0", "v3.1.0", False),
        ("another/.state/bin", "v3.1.0", False),
        ("another/.state/bin", "{wanted}", True),
    ],
)
def test_a_cli_of_a_checkout_is_taken_in_the_right_version_only(checkout, folder, version, taken):
    lock = (checkout.folder / "offline/go.mod").read_text()
    [wanted] = re.findall(r"pulumi/pkg/v3 (v[\d.]+)", lock)
    cache = checkout.folder / f"{CACHE}{wanted.removeprefix('v')}"
    cache.mkdir(parents=True)  # the official one, downloaded before
    for place, own in ((cache, wanted), (checkout.folder / folder, version.format(wanted=wanted))):
        place.mkdir(parents=True, exist_ok=True)
        for name in ("pulumi", "pulumi-language-python"):
            (place / name).write_text(f"{STUB}echo {own}\n")
            (place / name).chmod(0o755)
    path = f"{checkout.folder / folder}:{os.environ['PATH']}"
    status, told = checkout.run("bootstrap/pulumi.sh", PATH=path)
    assert status == 0
    assert (f"found in {checkout.folder / folder}" in told) is taken


@pytest.mark.parametrize("stack", ["physics", "lab"])
def test_a_preview_is_checked_at_the_levels_of_its_stack(checkout, stack):
    (checkout.folder / "policy").mkdir()
    (checkout.folder / "policy/physics.json").touch()
    assert checkout.run("bootstrap/preview.sh", stack, "--diff")[0] == 0
    levels = " --policy-pack-config policy/physics.json" if stack == "physics" else ""
    [call] = checkout.calls("pulumi")
    assert call == f"pulumi preview --stack {stack} --policy-pack policy --diff{levels}"


HOST = "ssh://root@lab.example.org"


TLS = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/etc/docker/lab"}


@pytest.mark.parametrize(
    ("settings", "environment"),
    [
        ({}, {}),
        ({"host": HOST}, {"DOCKER_HOST": HOST}),
        (
            {"host": "tcp://lab:2376", "cert_path": "/etc/docker/lab"},
            {"DOCKER_HOST": "tcp://lab:2376"} | TLS,
        ),
        ({"cert_path": "/etc/docker/lab"}, TLS),  # with DOCKER_HOST from the shell
    ],
)
def test_docker_commands_go_to_the_engine_of_the_stack_and_pulumi_is_not_told(
    checkout, settings, environment
):
    checkout.configure(**settings)
    checkout.stub("docker", "env\n")
    script = "source bootstrap/lib.sh; use_engine_of lab; docker; echo; env"
    for_docker, for_others = checkout.run("bash", "-c", script)[1].split("\n\n")

    def variables(printed: str) -> dict[str, str]:
        pairs = dict(line.partition("=")[::2] for line in printed.splitlines())
        return {name: value for name, value in pairs.items() if name.startswith("DOCKER_")}

    assert variables(for_docker) == {"DOCKER_CONTEXT": "default"} | environment
    assert variables(for_others) == {}


@pytest.mark.parametrize("script", ["down", "logs", "prepare"])
def test_no_script_asks_this_machines_engine_for_another_ones_stack(checkout, script):
    checkout.configure(host=HOST)
    checkout.run(f"bootstrap/{script}.sh", "lab", PULUMI_CONFIG_PASSPHRASE="test")
    calls = checkout.calls("docker")
    assert calls
    assert [call for call in calls if not call.endswith(f" @{HOST}")] == []


def test_an_engine_that_make_up_started_outlives_the_stacks_of_others(checkout):
    checkout.configure(host=HOST)
    dockerd = shutil.copy("/bin/cat", checkout.folder / "dockerd")
    with subprocess.Popen([dockerd], stdin=subprocess.PIPE) as engine:
        (checkout.folder / ".state/dockerd.pid").write_text(str(engine.pid))
        assert checkout.run("bootstrap/down.sh", "lab")[0] == 0
        assert engine.poll() is None


def test_nobodys_server_ends_for_a_stack_that_pulumi_cannot_remove(checkout):
    refusal = "error: Preview failed: Error loading Docker context"
    checkout.stub("docker", 'case "$1 $2" in "ps --all") echo ada ;; esac\n')
    checkout.stub(
        "pulumi",
        f'[[ $1 != config ]] || exit 1; [[ $1 != refresh ]] || {{ echo "{refusal}"; exit 9; }}\n',
    )
    status, told = checkout.run("bootstrap/down.sh", "lab")
    assert status == 1
    assert refusal in told
    assert told.endswith("Nothing was stopped or removed.\n")
    assert {call.split()[1] for call in checkout.calls("docker")} <= {"version"}


KEPT = "jupyterhub-lab-home-ada jupyterhub-lab-hub-data"
STACK_WITH_DATA = f"""case "$1 $2" in
    "ps --all") echo ada ;;
    "volume ls") printf '%s\\n' {KEPT} ;;
esac
"""


def test_what_is_kept_is_said_last(checkout):
    checkout.stub("docker", STACK_WITH_DATA)
    status, told = checkout.run("bootstrap/down.sh", "lab")
    assert status == 0
    assert told.endswith(f" kept in {KEPT} (WITH_DATA=1 make down STACK=lab removes them)\n")


def test_nothing_is_kept_with_data(checkout):
    checkout.stub("docker", STACK_WITH_DATA)
    told = checkout.run("bootstrap/down.sh", "lab", WITH_DATA="1")[1]
    assert f"docker volume rm {KEPT}" in checkout.calls("docker")
    assert told.endswith(" 2 volumes removed\n")


@pytest.mark.parametrize("gone", ["", "stop", "rm"], ids=["ours", "before", "after it stopped"])
def test_servers_end_before_their_containers_go(checkout, gone):
    checkout.stub("docker", f'[[ "$*" != "{gone} "*ada ]] || exit 1\n{STACK_WITH_DATA}')
    assert checkout.run("bootstrap/down.sh", "lab")[0] == 0
    calls = checkout.calls("docker")
    assert calls.index("docker stop ada") < calls.index("docker rm --force ada")


@pytest.mark.parametrize("listing", ["ps", "volume"])
def test_a_list_that_docker_does_not_give_ends_make_down(checkout, listing):
    checkout.stub("docker", f"[[ $1 != {listing} ]] || {{ {NO_ENGINE.strip()}; }}\n")
    status, told = checkout.run("bootstrap/down.sh", "lab")
    assert status == 1
    assert "cannot connect\n" in told


def test_make_down_leaves_another_stack_selected(checkout):
    assert checkout.run("bootstrap/down.sh", "lab")[0] == 0
    assert [call for call in checkout.calls("pulumi") if "select" in call] == []


def test_no_engine_is_installed_in_place_of_another_machines(checkout):
    checkout.configure(host=HOST)
    checkout.stub("docker", NO_ENGINE)
    status, told = checkout.run("bootstrap/prepare.sh", "lab", PULUMI_CONFIG_PASSPHRASE="test")
    assert status == 1
    assert "\ncannot connect\n" in told
    assert f"\nNo Docker Engine answers at {HOST}: start it, or change" in told
    assert checkout.calls("apt-get") == checkout.calls("dockerd") == []


@pytest.mark.parametrize(
    ("given", "command"),
    [
        ({}, "sudo bootstrap/root_image.sh debian:trixie-1-slim"),
        (
            {"DEBIAN_MIRROR": "http://mirror/debian", "DOCKER_HOST": HOST},
            f"sudo env DOCKER_HOST={HOST} DEBIAN_MIRROR=http://mirror/debian"
            " bootstrap/root_image.sh debian:trixie-1-slim",
        ),
    ],
)
def test_who_is_not_root_is_told_the_whole_command(checkout, given, command):
    checkout.stub("id", "echo 1000\n")
    checkout.stub("docker", NO_ENGINE)
    image = ("bootstrap/root_image.sh", "debian:trixie-1-slim")
    status, told = checkout.run(*image, OFFLINE="1", **given)
    assert status == 1
    assert told.endswith(f"\ndebootstrap takes root. Run this once: {command}\n")


NO_DOCKERD = 'command() { [[ $2 != dockerd ]] && builtin command "$@"; }; export -f command\n'
UPDATE = "apt-get update"
LOCKED = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)"


@pytest.mark.parametrize(
    ("script", "updates"),
    [
        ("source bootstrap/lib.sh; install 'It is needed' docker.io iptables", 2),
        (f"{NO_DOCKERD} bootstrap/engine.sh", 3),
    ],
)
def test_packages_wait_for_the_machines_own_upgrades(checkout, script, updates):
    checkout.stub("id", "echo 0\n")
    checkout.stub("docker", "[[ -e installed ]]\n")
    checkout.stub("apt-cache", "exit 1\n")
    once = f"[[ -e locked ]] || {{ touch locked; echo '{LOCKED}' >&2; exit 100; }}"
    checkout.stub("apt-get", f"[[ $1 == update ]] || touch installed; {once}\n")
    status, told = checkout.run("bash", "-c", script)
    assert status == 0, told
    assert checkout.calls("apt-get") == [
        *[UPDATE] * updates,
        "apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends docker.io iptables",
    ]


def test_lists_that_cannot_be_had_are_asked_for_once(checkout):
    checkout.stub("id", "echo 0\n")
    checkout.stub("apt-get", "echo 'E: no route' >&2; exit 100\n")
    status, told = checkout.run("bash", "-c", "source bootstrap/lib.sh; install 'It is needed' it")
    assert status == 1
    assert told.startswith("E: no route\n")
    assert checkout.calls("apt-get") == [UPDATE]


@pytest.mark.parametrize(
    ("call", "stub", "command"),
    [
        ("tail --pid", 'exec /usr/bin/tail "$@"', "source bootstrap/lib.sh; logged it sleep 20"),
        ("docker pull", "[[ $1 == pull ]] && sleep 20", "bootstrap/root_image.sh debian:1-slim"),
    ],
)
def test_an_interrupt_ends_what_takes_long_at_once(checkout, call, stub, command):
    checkout.stub(call.split()[0], f"{stub}\n")
    script = f"""set -m # a process group, as a terminal gives to what ^C ends
        env --default-signal=INT bash -c '{command}' &
        until grep -q '^{call}' calls; do sleep 0.1; done
        kill -INT -- -$!
        wait $!"""
    begun = time.monotonic()
    checkout.run("bash", "-c", script)
    assert time.monotonic() - begun < 10
