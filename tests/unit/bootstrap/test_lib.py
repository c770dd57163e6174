"""What the scripts have in common."""

import time

import pytest

from tests.unit.checkout import HOST

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
@pytest.mark.parametrize("shell", [{}, TLS | {"DOCKER_CERT_PATH": "/another"}], ids=["", "TLS"])
def test_docker_commands_go_to_the_engine_of_the_stack_and_pulumi_is_not_told(
    checkout, settings, environment, shell
):
    checkout.configure(**settings)
    checkout.stub("docker", "env\n")
    script = "source bootstrap/lib.sh; read_stack lab; docker; echo; env"
    for_docker, for_others = checkout.run("bash", "-c", script, **shell)[1].split("\n\n")

    def variables(printed: str) -> dict[str, str]:
        pairs = dict(line.partition("=")[::2] for line in printed.splitlines())
        return {name: value for name, value in pairs.items() if name.startswith("DOCKER_")}

    assert variables(for_docker) == {"DOCKER_CONTEXT": "default"} | environment
    assert variables(for_others) == shell


@pytest.mark.parametrize("script", ["down", "logs", "prepare"])
def test_no_script_asks_this_machines_engine_for_another_ones_stack(checkout, script):
    checkout.configure(host=HOST)
    checkout.run(f"bootstrap/{script}.sh", "lab", PULUMI_CONFIG_PASSPHRASE="test")
    calls = checkout.calls("docker")
    assert calls
    assert [call for call in calls if not call.endswith(f" @{HOST}")] == []


@pytest.mark.parametrize("script", ["rm -r .state", "chmod 755 .state"])
def test_nobody_else_enters_the_folder_with_the_state(checkout, script):
    checkout.run("bash", "-c", f"umask 022; {script}; source bootstrap/lib.sh")
    assert (checkout.folder / ".state").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("script", ["up", "preview", "down", "prepare"])
def test_the_state_is_written_for_its_owner_only(checkout, script):
    told = "[[ $1 =~ ^(version|plugin)$ ]] || umask >>umasks\n"
    checkout.stub("pulumi", told)
    checkout.stub("../.venv/bin/labctl", told)
    checkout.run(
        *("bash", "-c", f"umask 022; bootstrap/{script}.sh lab"), PULUMI_CONFIG_PASSPHRASE="test"
    )
    assert set((checkout.folder / "umasks").read_text().split()) == {"0077"}


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
