"""Pulumi's CLI and its plug-ins."""

import os
import platform
import re

import pytest

from tests.unit.checkout import STUB

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
