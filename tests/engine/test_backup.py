"""`labctl backup` and `labctl restore` on a real engine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labctl.backups import digest
from tests.deployment import Deployment
from tests.people import People, deploy, run

NOTEBOOK_FILE = "umask 027; mkdir -p work; echo {} > work/notes.txt"
SEEN = "cat work/notes.txt; stat -c %a:%u:%g work/notes.txt . | xargs"
IN_HOME: dict[str, Any] = {"workdir": "/home/ubuntu"}

DOCKER_THAT_FAILS = """#!/bin/sh
docker={docker} image={image}
case "$*" in
    "run "*"{volume}:"*"{only}"*) {then}; exit 1 ;;
esac
exec $docker "$@"
"""
FAIL = "echo no space left >&2"
LAST = "$docker run --detach --rm $2 --entrypoint=sleep $image 100 >&2; kill -TERM $PPID; sleep 60"
"""Start a container by the name that was asked for, and interrupt who did."""

UNPACKING = "mkdir .labctl-restore; mv work .labctl-restore; rm -r $(ls -A | grep -v labctl)"
MOVING = "mkdir $moving; mv work $moving; chown --reference=. $moving; chmod --reference=. $moving"
"""What leaves a home as an interrupted restore does."""


class Site:
    """The stack with people, whose backups go to a folder of the test's own."""

    def __init__(self, plain: Deployment, directory: Path) -> None:
        self.plain, self.directory = plain, directory
        self.people = deploy(plain, backup={"directory": str(directory), "keep": 2})

    def labctl(
        self, command: str, *arguments: str, status: int = 0, path: Path | None = None
    ) -> str:
        """Run a command for the stack, with programs at `path` first; return what it says.

        Without the stack's passphrase, which a job of every night should not have.
        """
        variables = {"PULUMI_CONFIG_PASSPHRASE": "not the stack's"}
        if path:
            variables["PATH"] = f"{path}:{os.environ['PATH']}"
        return self.plain.labctl(command, *arguments, status=status, **variables)

    def backup(self) -> Path:
        """Make a backup; return its folder."""
        found = re.search(r"The backup is in (\S+),", self.labctl("backup"))
        assert found
        return Path(found[1])

    def restart(self) -> None:
        """Ask the hub anew, after it was stopped."""
        self.plain.wait_for("hub")
        self.people = People(self.plain)

    def file_of(self, name: str, content: str) -> None:
        """Let a person start a server, write a file and stop it."""
        run(self.people.start(name), NOTEBOOK_FILE.format(content), **IN_HOME)
        self.people.stop()

    def seen_by(self, name: str) -> str:
        """Return what a person sees of that file."""
        seen = run(self.people.start(name), SEEN, **IN_HOME)
        self.people.stop()
        return seen

    def state(self, service: str) -> str:
        state: str = self.plain.container(service).attrs["State"]["Status"]
        return state

    def health(self, service: str) -> str:
        health: str = self.plain.container(service).attrs["State"]["Health"]["Status"]
        return health


@pytest.fixture(scope="module")
def site(plain: Deployment, lasting: Path) -> Iterator[Site]:
    site = Site(plain, lasting / "backups")
    site.file_of("ben", "first")
    yield site
    site.people.stop()


def broken_docker(site: Site, folder: Path, part: str, then: str = FAIL, *, only: str = "") -> Path:
    """Return where a `docker` is that fails with a volume, or `only` with some command there."""
    program = folder / "docker"
    values = {"docker": shutil.which("docker"), "image": site.plain.outputs()["notebook_image"]}
    volume = f"{site.plain.prefix}-{part}"
    program.write_text(DOCKER_THAT_FAILS.format(volume=volume, then=then, only=only, **values))
    program.chmod(0o755)
    return folder


def test_what_was_lost_comes_back(site):
    gitlab = site.plain.container("gitlab")
    run(gitlab, "echo first > /data/marker")
    site.people.add("zoe")
    seen = site.seen_by("ben")
    assert seen.startswith("first\n640:1000:100 ")
    folder = site.backup()

    names = {path.name for path in folder.iterdir()}
    volumes = {f"{site.plain.prefix}-{part}.tar.gz" for part in ("hub-data", "home-ben")}
    assert volumes | {"state.json", f"Pulumi.{site.plain.stack}.yaml", "SHA256SUMS"} < names
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    state = (folder / "state.json").read_text()
    assert "ciphertext" in state
    assert "plaintext" not in state
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)

    site.people.ask("DELETE", "users/zoe")
    run(gitlab, "echo second > /data/marker; touch /data/more")
    site.plain.docker.volumes.get(f"{site.plain.prefix}-home-ben").remove()
    site.labctl("restore", str(folder))

    assert site.health("hub") == "healthy"
    site.people = People(site.plain)
    assert site.people.ask("GET", "users/zoe")[0] == 200
    site.plain.wait_for("gitlab")
    seen_there = "cat /data/marker; test ! -e /data/more && echo no more"
    assert run(site.plain.container("gitlab"), seen_there) == "first\nno more"
    home = site.plain.docker.volumes.get(f"{site.plain.prefix}-home-ben")
    assert home.attrs["Labels"] == {
        "pulumi.project": "jupyterhub",
        "pulumi.stack": site.plain.stack,
        "jupyterhub.part": "home",
    }
    assert site.seen_by("ben") == seen


def test_so_many_are_kept_and_nothing_else_is_removed(site):
    stack = f"jupyterhub-{site.plain.stack}"
    old = [f"{stack}-2020010{day}T000000Z" for day in (1, 2, 3)]
    half = f"{stack}-20200104T000000Z.part"
    others = [f"{stack}2-20200101T000000Z", f"{stack}-old", f"x{old[0]}"]
    for path in site.directory.iterdir():
        shutil.rmtree(path)
    for name in (*old, half, *others):
        (site.directory / name).mkdir()
    folder = site.backup()
    assert {path.name for path in site.directory.iterdir()} == {old[2], folder.name, *others}
    for name in others:
        (site.directory / name).rmdir()


@pytest.mark.parametrize(
    ("then", "status", "said"),
    [
        (FAIL, 1, "-hub-data: docker run says no space left\n"),
        (LAST, 130, ""),
    ],
    ids=["failure", "interrupt"],
)
def test_a_backup_is_whole_or_not_at_all(site, tmp_path, then, status, said):
    before = set(site.directory.iterdir())
    docker = broken_docker(site, tmp_path, "hub-data", then)
    assert said in site.labctl("backup", status=status, path=docker)
    assert set(site.directory.iterdir()) == before
    assert site.state("hub") == "running"
    left = site.plain.docker.containers.list(filters={"name": f"{site.plain.prefix}-tar-"})
    assert left == []


def test_a_hub_that_a_killed_backup_has_paused_goes_on(site):
    site.plain.container("hub").pause()
    site.backup()
    assert site.state("hub") == "running"


def test_what_was_changed_or_is_missing_is_named_and_nothing_touched(site):
    folder = site.backup()
    with (folder / f"{site.plain.prefix}-hub-data.tar.gz").open("ab") as archive:
        archive.write(b"x")
    (folder / f"{site.plain.prefix}-home-ben.tar.gz").unlink()
    started = site.plain.container("hub").attrs["State"]["StartedAt"]
    said = site.labctl("restore", str(folder), status=1)
    assert f"{site.plain.prefix}-hub-data.tar.gz has changed" in said
    assert f"{site.plain.prefix}-home-ben.tar.gz is missing" in said
    assert site.plain.container("hub").attrs["State"]["StartedAt"] == started


def test_nothing_is_restored_under_a_running_notebook(site):
    folder = site.backup()
    site.people.start("ben")
    started = site.plain.container("hub").attrs["State"]["StartedAt"]
    said = site.labctl("restore", str(folder), status=1)
    assert f"these notebooks run: {site.plain.prefix}-notebook-ben; stop them" in said
    assert site.plain.container("hub").attrs["State"]["StartedAt"] == started
    site.people.stop()


def test_a_home_with_files_is_left_alone(site):
    folder = site.backup()
    site.file_of("ben", "second")
    said = site.labctl("restore", str(folder))
    assert f"Left alone: {site.plain.prefix}-home-ben, which has files" in said
    site.restart()
    assert site.seen_by("ben").startswith("second\n")


def test_services_start_again_after_a_restore_that_failed(site, tmp_path):
    folder = site.backup()
    docker = broken_docker(site, tmp_path, "gitlab-data")
    said = site.labctl("restore", str(folder), status=1, path=docker)
    assert f"{site.plain.prefix}-gitlab-data: docker run says no space left" in said
    assert {site.state("hub"), site.state("gitlab")} == {"running"}
    site.labctl("restore", str(folder))
    site.restart()


def test_what_an_archive_cannot_replace_stays_as_it_is(site):
    folder = site.backup()
    archive = folder / f"{site.plain.prefix}-hub-data.tar.gz"
    archive.write_bytes(archive.read_bytes()[:-1000])  # as on a disk that was full
    lines = [
        line if archive.name not in line else f"{digest(archive)}  {archive.name}"
        for line in (folder / "SHA256SUMS").read_text().splitlines()
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines))
    site.people.add("eve")
    said = site.labctl("restore", str(folder), status=1)
    assert f"{site.plain.prefix}-hub-data: docker run says" in said
    site.restart()
    assert site.people.ask("GET", "users/eve")[0] == 200


def test_a_service_whose_files_are_incomplete_waits_for_the_next_restore(site, tmp_path):
    folder = site.backup()
    docker = broken_docker(site, tmp_path, "hub-data", only="rmdir")
    said = site.labctl("restore", str(folder), status=1, path=docker)
    assert f"{site.plain.prefix}-hub-data is incomplete: run this again" in said
    assert (site.state("hub"), site.state("gitlab")) == ("exited", "running")
    site.labctl("restore", str(folder))
    site.people = People(site.plain)


@pytest.mark.parametrize("half", [UNPACKING, MOVING], ids=["unpacking", "moving"])
def test_a_home_that_was_restored_half_way_is_completed(site, half):
    seen = site.seen_by("ben")
    folder = site.backup()
    home = site.plain.docker.volumes.get(f"{site.plain.prefix}-home-ben")
    site.plain.docker.containers.run(
        site.plain.outputs()["notebook_image"],
        ["-c", f"set -e; cd /home/ubuntu; moving=.labctl-moving.{folder.name}; {half}"],
        entrypoint="sh",
        user="root",
        volumes=[f"{home.name}:/home/ubuntu"],
        remove=True,
    )
    said = site.labctl("restore", str(folder))
    assert f"Restored {home.name}" in said
    site.people = People(site.plain)
    assert site.seen_by("ben") == seen


def test_homes_in_directories_come_back_too(site, lasting):
    homes = lasting / "homes"
    config = site.plain.config
    try:
        site.people = deploy(site.plain, notebook={"home": f"{homes}/u-{{username}}/files"})
        site.file_of("ada", "hers")
        site.file_of("li-hua", "hers too")
        (homes / "u-Not-A-Name/files").mkdir(parents=True)
        folder = site.backup()
        assert {path.name for path in (folder / "homes").iterdir()} == {
            "ada.tar.gz",
            "li-2dhua.tar.gz",
        }
        shutil.rmtree(homes / "u-ada")
        said = site.labctl("restore", str(folder))
        assert f"Left alone: {homes}/u-li-2dhua/files, which has files" in said
        site.restart()
        assert site.seen_by("ada") == "hers\n640:1000:100 700:1000:100"
    finally:
        site.plain.config = config
