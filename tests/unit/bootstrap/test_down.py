"""What `make down` stops, removes and keeps."""

import shutil
import subprocess

import pytest

from tests.unit.checkout import HOST, NO_ENGINE


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
        f'[[ $1 != refresh ]] || {{ echo "{refusal}"; exit 9; }}\n',
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
