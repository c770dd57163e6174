"""What other programs install: `jupyterhub_docker` and `labctl`, from the wheel."""

import os
import shutil
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from pathlib import Path

import pytest

from components import contexts
from tests import wheel
from tests.deployment import REPOSITORY

CONTEXTS = "jupyterhub_docker/build_contexts/"
ROOMS = ("hubconfig", "hubpreview", "labctl")
EXAMPLE = REPOSITORY / "examples/two-hubs"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def program(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program's folder, with the wheel in its .venv."""
    folder = tmp_path_factory.mktemp("program")
    wheel.install(built, folder / ".venv")
    return folder


def run(program: Path, *command: str, stderr: int | None = None) -> str:
    """Run a command of the program's environment in its folder; return what it prints."""
    return subprocess.run(
        [program / ".venv/bin" / command[0], *command[1:]],
        cwd=program,
        env={"PATH": os.environ["PATH"]},
        check=True,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    ).stdout


def tracked(folder: str) -> dict[str, bool]:
    """Tell for each file that git knows in a folder whether it can be executed."""
    listed = subprocess.check_output(["git", "ls-files", "--stage", folder], text=True)
    entries = (line.split() for line in listed.splitlines())
    return {path.removeprefix(f"{folder}/"): mode == "100755" for mode, _, _, path in entries}


def test_the_wheel_holds_all_build_contexts_with_their_modes(built):
    with zipfile.ZipFile(built) as archive:
        found = {
            entry.filename.removeprefix(CONTEXTS): bool(entry.external_attr >> 16 & 0o100)
            for entry in archive.infolist()
            if entry.filename.startswith(CONTEXTS)
        }
    assert found == tracked("images")


def test_the_wheel_holds_nothing_else_but_the_modules(built):
    with zipfile.ZipFile(built) as archive:
        found = {name for name in archive.namelist() if not name.startswith(CONTEXTS)}
    assert {name for name in found if ".dist-info/" not in name} == {
        *(f"jupyterhub_docker/{name}" for name in tracked("components")),
        *(f"{room}/{name}" for room in ROOMS for name in tracked(room)),
    }


def test_name_version_and_requirements_are_the_projects(built):
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    assert built.name.startswith(f"jupyterhub_pulumi-{project['version']}-")
    with zipfile.ZipFile(built) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        lines = archive.read(name).decode().splitlines()
    required = [line.removeprefix("Requires-Dist: ") for line in lines if "Requires-Dist: " in line]
    labctl = project["optional-dependencies"]["labctl"]
    extra = [f"{requirement}; extra == 'labctl'" for requirement in labctl]
    assert sorted(required) == sorted([*project["dependencies"], *extra])


def test_an_installed_context_has_the_digest_that_it_has_in_a_checkout(program):
    code = """
        from jupyterhub_docker import contexts
        for folder in sorted(contexts.FOLDER.iterdir()):
            if folder.is_dir():
                print(folder, contexts.digest(folder, {}, ""))
    """
    printed = run(program, "python", "-c", textwrap.dedent(code))
    installed = Path(".venv/lib", f"python3.{sys.version_info.minor}", "site-packages", CONTEXTS)
    assert printed.splitlines() == [
        f"{installed / folder.name} {contexts.digest(folder, {}, '')}"
        for folder in sorted(contexts.FOLDER.iterdir())
        if folder.is_dir()
    ]


def test_a_checkouts_contexts_are_called_as_they_always_were():
    assert str(contexts.FOLDER) == "images"


def test_a_consumer_sees_types(program):
    shutil.copy(EXAMPLE / "__main__.py", program)
    (program / "wrong.py").write_text(
        "from hubconfig.sections.site import SiteArgs\nport: str = SiteArgs(url='').port\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable"]
    command += [".venv/bin/python", "--config-file", str(REPOSITORY / "pyproject.toml")]
    for file, expected in {"__main__.py": "Success", "wrong.py": 'has type "int"'}.items():
        done = subprocess.run(
            [*command, file], cwd=program, capture_output=True, text=True, check=False
        )
        assert expected in done.stdout, done.stdout + done.stderr


def test_labctl_is_a_command_of_the_wheel(program):
    assert "Usage: labctl" in run(program, "labctl", "--help")


def test_labctl_names_the_extra_that_is_missing(program):
    without = "import sys; sys.modules['typer'] = None; import labctl.__main__"
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run(program, "python", "-c", without, stderr=subprocess.PIPE)
    assert "install jupyterhub-pulumi[labctl]" in failed.value.stderr


def test_labctl_is_a_command_of_the_checkout_from_anywhere(tmp_path):
    labctl = REPOSITORY / ".venv/bin/labctl"
    printed = subprocess.check_output([labctl, "--help"], cwd=tmp_path, text=True)
    assert "Usage: labctl" in printed
