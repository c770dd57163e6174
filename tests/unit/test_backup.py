"""What `labctl backup` and `labctl restore` do before they need an engine."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from typer.testing import CliRunner

from components.backup import BackupArgs
from labctl.__main__ import app
from labctl.backup import TAR
from labctl.backups import KEEP, Backups, digest
from labctl.engine import Engine
from labctl.restore import _targets
from labctl.services import stopped
from labctl.stack import StackError, settings
from labctl.unpacking import SWAP, UNPACK

NOTHING: dict[str, dict[str, Any]] = {"site": {}, "notebook": {}, "docker": {}, "backup": {}}
PULUMI = """#!/bin/sh
case "$*" in
    "stack --show-name"*) echo lab ;;
    "stack output"*) echo "$OUTPUTS" ;;
    "config --json"*) echo '{"jupyterhub:site": {"secret": true}}' ;;
    "config get jupyterhub:site"*) echo '{"prefix": "ours"}' ;;
esac
"""
DOCKER = """#!/bin/sh
[ "$1" = ps ] || echo "$@" >>"$LOG"
[ "$1" != ps ] || printf 'jupyterhub-lab-hub %s\\njupyterhub-lab-edge running\\n' "$STATE"
"""


def engine(**sections: Any) -> Engine:
    return Engine("jupyterhub", "lab", NOTHING | sections, "jupyterhub-lab:1")


def program(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program on PATH, in a folder with a project's file, and go there."""
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)
    (folder / "Pulumi.yaml").write_text("name: jupyterhub\n")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.chdir(folder)


def test_as_many_are_kept_as_the_configuration_says():
    assert BackupArgs().keep == KEEP
    for given, keep in (({}, KEEP), ({"keep": 2}, 2)):
        found = Backups.of(engine(backup={"directory": "/b", **given}))
        assert found == Backups(Path("/b"), keep, "jupyterhub-lab")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {},
            "jupyterhub:backup.directory is not set, and should be an absolute path; set it with: "
            "pulumi config set --stack lab --path 'jupyterhub:backup.directory' /var/backups/jupyt",
        ),
        ({"directory": "here"}, "jupyterhub:backup.directory is here, and should be an absolute"),
        ({"directory": "/b", "keep": 0}, "jupyterhub:backup.keep is 0, and should be 1 or more; "),
        ({"directory": "/b", "keep": "all"}, "jupyterhub:backup.keep is all, and should be 1 or"),
    ],
)
def test_what_has_to_be_set_is_said_with_the_command(given, said):
    with pytest.raises(StackError) as told:
        Backups.of(engine(backup=given))
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("command", "outputs", "missing"),
    [
        ("backup", "{}", "output notebook_image"),
        ("restore", "{}", "output notebook_image"),
        ("restore", '{"notebook_image": "jupyterhub-lab:1"}', "container ours-hub"),
    ],
)
def test_a_stack_that_is_not_up_is_told_how_to_come_up(
    tmp_path, monkeypatch, command, outputs, missing
):
    program(tmp_path, "pulumi", PULUMI, monkeypatch)
    program(tmp_path, "docker", "#!/bin/sh\n", monkeypatch)
    monkeypatch.setenv("OUTPUTS", outputs)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("os.umask", lambda _: None)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/state.json").touch()
    (tmp_path / "folder/SHA256SUMS").write_text(
        f"{digest(tmp_path / 'folder/state.json')}  state.json\n"
    )
    done = CliRunner().invoke(app, [command, *(["folder"] if command == "restore" else [])])
    assert done.exit_code == 1
    assert f"labctl {command}: the stack lab is not up, since it has no {missing}" in done.output
    assert "pulumi up --stack lab --refresh --replace '**-build'" in done.output
    assert "pulumi stack import --stack lab --file FOLDER/state.json" in done.output


def test_a_section_that_is_kept_secret_is_read_too(tmp_path, monkeypatch):
    program(tmp_path, "pulumi", PULUMI, monkeypatch)
    assert settings(("site", "docker"), "lab") == {"site": {"prefix": "ours"}, "docker": {}}


@pytest.mark.parametrize(
    ("given", "variables"),
    [
        ({}, ["here", "", ""]),
        ({"host": "ssh://root@lab"}, ["ssh://root@lab", "", ""]),
        ({"host": "tcp://lab:2376", "cert_path": "/tls"}, ["tcp://lab:2376", "1", "/tls"]),
    ],
)
def test_the_engine_is_the_one_that_the_stack_names(tmp_path, monkeypatch, given, variables):
    script = '#!/bin/sh\necho "$DOCKER_HOST|$DOCKER_TLS_VERIFY|$DOCKER_CERT_PATH"\n'
    program(tmp_path, "docker", script, monkeypatch)
    monkeypatch.setenv("DOCKER_HOST", "here")
    assert engine(docker=given).docker("version").strip().split("|") == variables


@pytest.mark.parametrize("state", ["running", "restarting", "exited"])
def test_what_there_is_runs_after_a_restore_but_for_what_is_incomplete(
    tmp_path, monkeypatch, state
):
    program(tmp_path, "docker", DOCKER, monkeypatch)
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("STATE", state)
    for incomplete in (set(), {"hub"}):
        with stopped(engine(), "hub", "edge", "gitlab") as found:
            found.update(incomplete)
    said = (tmp_path / "log").read_text().splitlines()
    both = "jupyterhub-lab-hub jupyterhub-lab-edge"
    assert said == [f"stop {both}", f"start {both}", f"stop {both}", "start jupyterhub-lab-edge"]


def test_who_waits_for_another_says_so(tmp_path, monkeypatch):
    said: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr("labctl.backups.typer.echo", said.put)
    backups = Backups(tmp_path, 7, "jupyterhub-lab")
    with ThreadPoolExecutor() as threads:
        with backups.locked():
            second = threads.submit(lambda: backups.locked().__enter__())
            told = said.get(timeout=30)
            assert not second.done()
        second.result(timeout=30)
    assert told == f"Waiting for another labctl backup or restore in {tmp_path}"


def test_why_docker_fails_is_told_without_its_advice_and_without_secrets(tmp_path, monkeypatch):
    said = json.dumps("No such image: a\\ntoken=s3cr3t\\n\\nRun 'docker run --help' for more")
    program(tmp_path, "docker", f"#!/bin/sh\nprintf {said} >&2\nexit 125\n", monkeypatch)
    with pytest.raises(StackError) as told:
        engine().run("a-volume:/from:ro", "true")
    assert str(told.value) == "a-volume: docker run says No such image: a; token=[secret]"


NIGHTLY = """#!/bin/sh
case "$*" in
    "volume ls"*) printf "$VOLUMES" ;;
    "run "*) echo archive ;;
esac
"""
OLD = [f"jupyterhub-lab-2020010{day}T000000Z" for day in (1, 2, 3)]


@pytest.mark.parametrize(
    ("volumes", "said", "removed"),
    [
        ("hub-data home-ada home-ben home-new", "Removed jupyterhub-lab-20200102T", OLD[:2]),
        ("hub-data home-ada", "has no jupyterhub-lab-home-ben.tar.gz, which /", []),
        ("home-ada home-ben", "not up, since it has no volume jupyterhub-lab-hub-data", []),
        ("", "not up, since it has no volume jupyterhub-lab-hub-data", []),
    ],
)
def test_a_backup_that_lacks_something_pushes_no_other_out(
    tmp_path, monkeypatch, volumes, said, removed
):
    program(tmp_path, "pulumi", PULUMI, monkeypatch)
    program(tmp_path, "docker", NIGHTLY, monkeypatch)
    (tmp_path / "Pulumi.lab.yaml").touch()
    names = [f"jupyterhub-lab-{name}" for name in volumes.split()]
    monkeypatch.setenv("VOLUMES", "".join(f"{name}\\n" for name in names))
    directory = tmp_path / "backups"
    others = {"lab-20200101T000000Z", "another-lab-20200101T000000Z"}
    for name in (*OLD, *others):
        (directory / name).mkdir(parents=True)
    for name in ("hub-data", "home-ben"):
        (directory / OLD[-1] / f"jupyterhub-lab-{name}.tar.gz").touch()
    synced: list[str] = []
    monkeypatch.setattr(
        "os.sync", lambda: synced.extend(each.suffix for each in directory.iterdir())
    )
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("os.umask", lambda _: None)
    ours = engine(backup={"directory": str(directory), "keep": 2})
    monkeypatch.setattr(Engine, "of_stack", lambda _: ours)
    done = CliRunner().invoke(app, ["backup"])
    assert said in done.output
    assert done.exit_code == (not removed)
    left = {path.name for path in directory.iterdir()}
    assert {*OLD, *others} - left == set(removed)
    new = left - {*OLD, *others}
    assert len(new) == ("hub-data" in volumes)
    assert (".part" in synced) is bool(new)


INTERRUPTED = """
import os, signal
from labctl.interrupts import ENDS, interrupt_once
interrupt_once()
try:
    os.kill(os.getpid(), signal.{name})
except KeyboardInterrupt:
    for number in ENDS:
        os.kill(os.getpid(), number)
    print("put right")
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_what_an_interrupted_command_puts_right_is_not_interrupted(name):
    script = INTERRUPTED.format(name=name)
    assert subprocess.check_output([sys.executable, "-c", script]) == b"put right\n"


def test_each_archive_goes_where_it_came_from():
    names = [
        *("state.json", "Pulumi.lab.yaml", "ours-hub-data.tar.gz", "ours-edge-data.tar.gz"),
        *("ours-home-li-2dhua.tar.gz", "homes/ada.tar.gz"),
    ]
    ours = engine(site={"prefix": "ours"}, notebook={"home": "/srv/{username}/files"})
    assert _targets(ours, names) == (
        {"hub": "ours-hub-data.tar.gz", "edge": "ours-edge-data.tar.gz"},
        {"ours-home-li-2dhua.tar.gz": "ours-home-li-2dhua", "homes/ada.tar.gz": "/srv/ada/files"},
    )


MV = {
    "before": "kill -9 $PPID",
    "amid": """case "$*" in *target*) /bin/mv "$3" ..; kill -9 $PPID ;; *) /bin/mv "$@" ;; esac""",
    "after": """/bin/mv "$@"; case "$*" in *target*) kill -9 $PPID ;; esac""",
}
"""What ends the script that calls it, or `find` for it, around the moves to their place."""


@pytest.mark.parametrize("how", ["fill", "replace"])
@pytest.mark.parametrize("interrupted", MV)
def test_a_restore_that_was_interrupted_is_completed(tmp_path, monkeypatch, how, interrupted):
    home, place, programs = (tmp_path / name for name in ("home", "place", "programs"))
    for folder in (home, place, programs):
        folder.mkdir()
    home.chmod(0o750)
    for name in ("work", ".profile", "-n"):
        (home / name).write_text(name)

    def run(script: str, archive: bytes = b"", *, status: int = 0, backup: str = "a b") -> bytes:
        script = re.sub("/(to|from)", f"{tmp_path}/place", script)
        command = ("sh", "-c", script, "sh", how, backup)
        done = subprocess.run(command, input=archive, stdout=subprocess.PIPE, check=False)
        assert bool(done.returncode) is bool(status)
        return done.stdout

    def files(folder: Path) -> list[tuple[str, str]]:
        return sorted((file.name, file.read_text()) for file in folder.iterdir())

    archive = subprocess.check_output(["tar", "-cz", "-C", home, "."])
    if how == "replace":
        (place / "old").touch()
    assert run(UNPACK, archive) == b""
    program(programs, "mv", f"#!/bin/sh\n{MV[interrupted]}\n", monkeypatch)
    run(SWAP, status=1)
    assert b"labctl" not in subprocess.check_output(["tar", "-tz"], input=run(TAR))
    (programs / "mv").unlink()

    if how == "fill" and interrupted != "before":
        assert run(UNPACK, archive, backup="another") == b"full\n"
    assert run(UNPACK, archive) == b""
    run(SWAP)
    assert files(place) == files(home)
    assert place.stat().st_mode == home.stat().st_mode
    assert run(UNPACK, archive) == (b"full\n" if how == "fill" else b"")


FOREIGN = ["Pulumi.dev.yaml", "jupyterhub-lab2-hub-data.tar.gz", "homes/../x.tar.gz"]


@pytest.mark.parametrize("name", [*FOREIGN, "homes/ada.tar.gz"])
def test_a_backup_of_another_stack_is_refused(name):
    with pytest.raises(StackError, match="nothing in it is of the stack lab, whose things begin"):
        _targets(engine(), [name, "state.json"])


def test_what_the_stack_had_under_another_prefix_is_left_out(tmp_path, monkeypatch, capsys):
    program(
        tmp_path, "docker", "#!/bin/sh\nprintf 'old-home-ben\\nours-home-ada\\n'\n", monkeypatch
    )
    ours = engine(site={"prefix": "ours"})
    assert ours.volumes() == ["ours-home-ada"]
    assert _targets(ours, [*FOREIGN, "ours-home-ada.tar.gz"])[1].keys() == {"ours-home-ada.tar.gz"}
    said = capsys.readouterr().out.splitlines()
    assert said == [f"Left out: {name}, whose name does not begin with ours-" for name in FOREIGN]
