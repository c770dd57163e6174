"""Our language host, run by the real CLI."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from tests.deployment import REPOSITORY

HOST = REPOSITORY / "offline/bin/pulumi-language-python"
PATH = os.pathsep.join([str(HOST.parent), os.environ["PATH"]])
"""Ours, also where the official one is installed."""
SECONDS = 60

Pulumi = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a stack; a test writes its program."""
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (tmp_path / "state").mkdir()
    return tmp_path


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "PATH": PATH,
        "PULUMI_BACKEND_URL": f"file://{folder}/state",
        "PULUMI_CONFIG_PASSPHRASE": "test",
    }


@pytest.fixture
def pulumi(folder: Path, environment: dict[str, str]) -> Pulumi:
    """Run a command on a program's text."""

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (folder / "__main__.py").write_text(textwrap.dedent(program))
        for command in (["stack", "select", "--create", "dev"], list(arguments)):
            done = subprocess.run(
                ["pulumi", *command],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        return done

    return run


def test_a_program_runs_with_its_configuration(pulumi):
    program = """
        import pulumi
        pulumi.export("said", pulumi.Config().require("word"))
    """
    assert pulumi(program, "up", "--yes", "--config", "word=hello").returncode == 0
    assert json.loads(pulumi(program, "stack", "output", "--json").stdout) == {"said": "hello"}


def test_a_program_has_the_packages_of_its_own_environment(pulumi, folder):
    packages = Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    (folder / ".venv" / packages).mkdir(parents=True)
    (folder / ".venv" / packages / "own.py").write_text("word = 'here'\n")
    program = """
        import own, pulumi
        pulumi.export("said", own.word)
    """
    assert pulumi(program, "up", "--yes").returncode == 0
    assert json.loads(pulumi(program, "stack", "output", "--json").stdout) == {"said": "here"}


def test_a_program_that_raises_shows_its_own_traceback_once(pulumi):
    done = pulumi(
        """
        def fail():
            raise KeyError("what went wrong")
        fail()
        """,
        "preview",
    )
    assert done.returncode != 0
    _, printed = done.stdout.split("Diagnostics:")
    assert printed.count("KeyError: 'what went wrong'") == 1
    assert "__main__.py" in printed
    assert "in fail" in printed
    assert "runpy" not in printed
    assert "language_host" not in printed


def test_bad_configuration_is_told_without_a_traceback(pulumi):
    program = 'import pulumi\nraise pulumi.RunError("set the key x")\n'
    done = pulumi(program, "preview")
    assert done.returncode != 0
    _, printed = done.stdout.split("Diagnostics:")
    assert printed.count("set the key x") == 1
    assert "Traceback" not in printed


def test_about_names_the_interpreter_and_the_packages(pulumi):
    done = pulumi("", "about", "--json", "--transitive")
    about = json.loads(done.stdout)
    assert about["runtime"]["executable"] == sys.executable
    assert "pulumi" in {package["name"] for package in about["dependencies"]}


def test_an_interrupt_ends_quietly(folder, environment, pulumi):
    pulumi("", "preview")
    waiting = "import time, pathlib\npathlib.Path('started').touch()\ntime.sleep(60)\n"
    (folder / "__main__.py").write_text(waiting)
    with subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as update:
        deadline = time.monotonic() + SECONDS
        while not (folder / "started").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(update.pid, signal.SIGINT)  # what a terminal does
        printed, _ = update.communicate(timeout=SECONDS)
    assert "Traceback" not in printed
    assert "KeyboardInterrupt" not in printed


@pytest.fixture
def host() -> Iterator[language_pb2_grpc.LanguageRuntimeStub]:
    """The language host alone."""
    with subprocess.Popen([HOST, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
            yield language_pb2_grpc.LanguageRuntimeStub(channel)
        process.terminate()


def test_required_plugins_are_those_of_the_installed_packages(host):
    packages = host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest()).packages
    assert {(package.name, package.kind) for package in packages} == {
        (name, "resource") for name in ("docker", "gitlab", "random")
    }


def test_a_plugin_runs_with_its_arguments_and_exit_status(host, folder):
    program = "import os, sys; print(sys.argv[1], os.environ['WORD']); sys.exit(3)\n"
    (folder / "plugin.py").write_text(program)
    info = language_pb2.ProgramInfo(program_directory=str(folder), entry_point="plugin.py")
    request = language_pb2.RunPluginRequest(
        pwd=str(folder), info=info, args=["argument"], env=["WORD=environment"]
    )
    answers = list(host.RunPlugin(request))
    assert b"".join(answer.stdout for answer in answers) == b"argument environment\n"
    assert answers[-1].exitcode == 3
