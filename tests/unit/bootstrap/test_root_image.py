"""The image under all others, where there is none to pull."""

import pytest

from tests.unit.checkout import HOST, NO_ENGINE


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
