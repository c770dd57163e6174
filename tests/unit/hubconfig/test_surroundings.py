"""What Pulumi gets of a shell's environment."""

import re
import sys
from pathlib import Path

import pytest

from hubconfig.surroundings import cleaned
from tests.unit.checkout import Checkout

REPOSITORY = Path(__file__).parents[3]
ROWS = re.findall(
    r"^\| `(\w+)` \| .+? \| (nothing|the same|with 127.0.0.1)",
    (REPOSITORY / "offline/README.md").read_text(),
    re.MULTILINE,
)
"""Each variable of the table, and what Pulumi gets of it."""
SHELL = {name: f'{name}\'s "$value"' for name, _ in ROWS} | {
    "DOCKER_HOST": 'unix:///engine\'s "$socket"',
    "no_proxy": "localhost",
}
GIVEN = {name: SHELL[name] for name, given in ROWS if given == "the same"}
GIVEN["no_proxy"] = "localhost,127.0.0.1"
PRINT_ENVIRONMENT = "env -0 >environment\n"


def test_the_table_has_what_is_dropped_and_kept():
    assert dict(ROWS).keys() > {"DOCKER_CONTEXT", "DOCKER_HOST", "no_proxy"}
    assert cleaned(SHELL) == GIVEN


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        ({}, {}),
        ({"DOCKER_HOST": ""}, {}),
        ({"no_proxy": "lan"}, {"no_proxy": "lan"}),
        ({"http_proxy": ""}, {"http_proxy": ""}),
        (
            {"http_proxy": "http://p", "NO_PROXY": "127.0.0.1"},
            {"http_proxy": "http://p", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
        ),
        (
            {"grpc_proxy": "http://p", "no_proxy": "127.0.0.1,lan"},
            {"grpc_proxy": "http://p", "no_proxy": "127.0.0.1,lan"},
        ),
    ],
)
def test_what_is_empty_or_there_already(shell, expected):
    assert cleaned(shell) == expected


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Scripts whose `pulumi` writes down what it gets, after those have written `.state/env`."""
    checkout = Checkout(tmp_path)
    checkout.stub("pulumi", "[[ $1 != version ]] || echo v3.256.0\n")
    status, told = checkout.run("bootstrap/pulumi.sh")
    assert status == 0, told
    checkout.stub("pulumi", PRINT_ENVIRONMENT)
    return checkout


def received(checkout: Checkout) -> dict[str, str]:
    """Return what `pulumi` got of the variables in the table."""
    entries = (checkout.folder / "environment").read_text().split("\0")
    found = dict(entry.partition("=")[::2] for entry in entries)
    return {name: found[name] for name, _ in ROWS if name in found}


def test_people_who_source_the_environment(checkout):
    script = "source .state/env; source .state/env; pulumi up"
    assert checkout.run("bash", "-euc", script, **SHELL)[0] == 0
    assert received(checkout) == GIVEN
    assert "DOCKER_CONTEXT" not in checkout.run("sh", "-c", ". .state/env; env", **SHELL)[1]


def test_a_shell_without_any_of_them(checkout):
    assert checkout.run("bash", "-euc", "source .state/env; pulumi up")[0] == 0
    assert received(checkout) == {
        "PULUMI_BACKEND_URL": f"file://{checkout.folder}/.state",
        "PULUMI_CONFIG_PASSPHRASE": "dev",
    }


@pytest.mark.parametrize("script", ["prepare.sh", "preview.sh", "down.sh"])
def test_scripts(checkout, script):
    status, told = checkout.run(f"bootstrap/{script}", "lab", **SHELL)
    assert status == 0, told
    assert received(checkout) == GIVEN


@pytest.mark.parametrize(
    "arguments", [("up",), ("up", "--stack", "lab"), ("backup",)], ids=" ".join
)
def test_labctl(checkout, arguments):
    command = (sys.executable, "-m", "labctl", *arguments)
    checkout.run(*command, PYTHONPATH=str(REPOSITORY), **SHELL)
    assert received(checkout) == GIVEN
