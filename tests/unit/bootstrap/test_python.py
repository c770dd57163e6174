"""The environment that everything runs in, and labctl in it."""

import re
import sys
import time

import pytest

from tests.unit.checkout import Checkout


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
