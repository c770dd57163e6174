"""The health check of people's servers, with programs of the test's own in the place of others."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path("images/singleuser/healthcheck.sh")
DEVICE = "/dev/nvidiactl"
LOST = "its GPU is lost: nvidia-smi -L fails\n"
Check = Callable[[], tuple[int, str]]


@pytest.fixture
def program(tmp_path) -> Callable[[str, str], None]:
    """Return what makes a program of a name and a script."""

    def make(name: str, script: str) -> None:
        (tmp_path / name).write_text(f"#!/bin/bash\n{script}\n")
        (tmp_path / name).chmod(0o755)

    return make


@pytest.fixture
def check(tmp_path, program) -> Check:
    """Return what runs the check, of a server that answers; it returns exit code and output."""
    program("http-healthcheck", 'echo "$@" >>"${0%/*}/asked"')
    text = SCRIPT.read_text()
    assert text.count(DEVICE) == 1
    (tmp_path / "healthcheck.sh").write_text(text.replace(DEVICE, str(tmp_path / "nvidiactl")))

    def run() -> tuple[int, str]:
        environment = {
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:8888/user/ada/",
            "NVIDIA_VISIBLE_DEVICES": "void",  # the image's own, which every check has
        }
        done = subprocess.run(
            ["bash", tmp_path / "healthcheck.sh"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_without_a_gpu_none_is_asked_for(check, program, tmp_path):
    assert check() == (0, "")
    program("nvidia-smi", 'touch "${0%/*}/ran"; exit 1')
    assert check() == (0, "")
    assert not (tmp_path / "ran").exists()
    assert (tmp_path / "asked").read_text() == "8888 /user/ada/api\n" * 2


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('[[ "$*" == -L ]] && echo "GPU 0: NVIDIA H200 (UUID: GPU-8f6d2a4e)"', (0, "")),
        ("echo Failed to initialize NVML: Unknown Error; exit 255", (1, LOST)),
        ("echo No devices were found >&2; exit 6", (1, LOST)),
    ],
)
def test_a_gpu_that_does_not_answer_is_told(check, program, tmp_path, script, expected):
    (tmp_path / "nvidiactl").touch()
    program("nvidia-smi", script)
    assert check() == expected


def test_a_gpu_that_takes_its_time_is_not_lost(check, program, tmp_path):
    (tmp_path / "nvidiactl").touch()
    program("nvidia-smi", "sleep 60")
    program("timeout", '[[ $1 == 10 ]] && exec /usr/bin/timeout 0.1 "${@:2}"')
    assert check() == (0, "")


def test_an_image_without_nvidias_program_is_well(check, tmp_path):
    (tmp_path / "nvidiactl").touch()
    assert check() == (0, "")


def test_a_server_that_does_not_answer_says_nothing_of_gpus(check, program, tmp_path):
    (tmp_path / "nvidiactl").touch()
    program("http-healthcheck", "exit 1")
    program("nvidia-smi", "exit 255")
    assert check() == (1, "")
