"""People's servers on a real engine: whose files they see, as whom, and with which rights.

GitLab has tests of its own: here everybody may sign in, and comes from the hub's API.
"""

import os
import re
import secrets
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from docker.errors import NotFound

from tests.deployment import REPOSITORY, Deployment
from tests.people import People, deploy, run

ROUTES_SECONDS = 60
"""Six times what the hub takes at most."""
PAGE = (REPOSITORY / "docs/directories.md").read_text()

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="makes directories for other accounts")


def mode_and_owner(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return f"{status.st_mode & 0o7777:04o}", status.st_uid, status.st_gid


def status(url: str) -> int | None:
    try:
        return requests.get(url, timeout=10).status_code
    except (requests.ConnectionError, requests.Timeout):
        return None


@pytest.fixture(scope="module")
def host(lasting: Path) -> Path:
    """A place for directories of the host."""
    return lasting


# --- directories of the host


@pytest.fixture(scope="module")
def people(plain: Deployment, host: Path) -> Iterator[People]:
    """People with homes in directories, and something to share."""
    for name in ("sets", "vision"):
        (host / name).mkdir()
        (host / name / "file").write_text(name)
        (host / name).chmod(0o777)
    volume = f"{plain.prefix}-everybody"
    notebook = {
        "home": f"{host}/new/user-data-{{username}}",
        "shared": [
            {"source": f"{host}/sets", "target": "/sets"},
            {
                "source": f"{host}/vision",
                "target": "/home/ubuntu/vision",
                "groups": ["lab/vision"],
                "read_only": False,
            },
            {"source": f"{host}/missing", "target": "/missing", "groups": ["lab/lost"]},
            {"source": volume, "target": "/everybody", "read_only": False},
        ],
    }
    (host / "missing").mkdir()
    people = deploy(plain, notebook=notebook)
    (host / "missing").rmdir()
    try:
        yield people
    finally:
        plain.remove_notebooks()
        plain.docker.volumes.get(volume).remove()


def test_a_directory_that_did_not_exist_is_the_persons_alone(people, host):
    notebook = people.start("newcomer")
    assert mode_and_owner(host / "new/user-data-newcomer") == ("0700", 1000, 100)
    assert run(notebook, "touch from-the-notebook && pwd", workdir="/home/ubuntu")
    assert mode_and_owner(host / "new/user-data-newcomer/from-the-notebook")[1:] == (1000, 100)


TABLE = re.findall(r"^\| `(\S+)` \| `user-data-(\S+)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("user", "escaped"), TABLE, ids=[user for user, _ in TABLE])
def test_each_name_has_a_directory_of_its_own_as_documented(people, host, user, escaped):
    notebook = people.start(user)
    run(notebook, "touch /home/ubuntu/file")
    assert (host / f"new/user-data-{escaped}/file").exists()
    assert notebook.name.endswith(f"-notebook-{escaped}")


def test_the_documented_names_are_the_ones_that_could_collide():
    users, escaped = zip(*TABLE, strict=True)
    assert {"li-hua", "li-2dhua", "a.b", "Ünal", "x_y"} <= set(users)
    assert len(set(escaped)) == len(TABLE)


def test_the_documented_command_finds_a_directory(people):
    [command] = re.findall(r"^    docker exec \S+-hub (.+)$", PAGE, re.MULTILINE)
    result = people.deployment.container("hub").exec_run(shlex.split(command))
    assert result.output == b"li-2dhua\n"


@needs_root
@pytest.mark.parametrize(
    ("user", "uid", "content"), [("old", 4321, None), ("roots", 0, "precious")]
)
def test_a_directory_of_somebody_elses_is_left_alone(people, host, user, uid, content):
    directory = host / f"new/user-data-{user}"
    directory.mkdir(mode=0o755, parents=True)
    if content:
        (directory / content).touch()
    os.chown(directory, uid, uid)
    message = people.refusal(user)
    assert f"{directory} on the Docker host belongs to {uid}:{uid}" in message
    assert f"chown -R 1000:100 '{directory}'" in message
    assert mode_and_owner(directory) == ("0755", uid, uid)
    subprocess.run(["chown", "-R", "1000:100", directory], check=True)
    assert people.start(user), "the remedy works, without a new hub"


@needs_root
def test_a_directory_that_is_theirs_keeps_its_mode(people, host):
    directory = host / "new/user-data-kept"
    directory.mkdir(mode=0o750, parents=True)
    os.chown(directory, 1000, 4321)
    people.start("kept")
    assert mode_and_owner(directory) == ("0750", 1000, 4321)


def test_a_directory_that_was_removed_comes_back(people, host):
    people.start("gone")
    people.stop()
    shutil.rmtree(host / "new/user-data-gone")
    assert f"{host}/new/user-data-gone is missing on the Docker host" in people.refusal("gone")
    people.start("gone")
    assert mode_and_owner(host / "new/user-data-gone") == ("0700", 1000, 100)


def test_groups_share_a_directory_and_others_see_nothing_of_it(people, host):
    member, other = people.start("member", "lab/vision"), people.start("other", "lab")
    run(member, "echo new > /home/ubuntu/vision/new")
    assert (host / "vision/new").read_text() == "new\n"
    assert "vision" not in run(other, "ls /home/ubuntu; cat /proc/mounts")
    dotfiles = run(other, "ls -d .[a-z]*", workdir="/home/ubuntu")
    assert run(member, "ls -d .[a-z]*", workdir="/home/ubuntu") == dotfiles


def test_who_leaves_a_group_no_longer_sees_its_directory(people):
    people.start("leaver", "lab/vision")
    people.stop()
    people.ask("DELETE", "groups/lab%2Fvision/users", {"users": ["leaver"]})
    notebook = people.start("leaver")
    assert "vision" not in run(notebook, "cat /proc/mounts")
    run(notebook, "rmdir /home/ubuntu/vision")


def test_data_sets_can_be_read_and_not_changed(people):
    notebook = people.start("reader")
    assert run(notebook, "cat /sets/file") == "sets"
    with pytest.raises(AssertionError, match="Read-only file system"):
        run(notebook, "touch /sets/new")


def test_a_shared_volume_can_be_written_by_everybody_from_the_start(people):
    run(people.start("first"), "echo mine > /everybody/first")
    assert run(people.start("second"), "cat /everybody/first && touch /everybody/second") == "mine"


def test_a_shared_volume_that_was_removed_comes_back_as_everybodys(people):
    people.start("first")
    people.stop()
    people.deployment.docker.volumes.get(f"{people.deployment.prefix}-everybody").remove()
    assert run(people.start("first"), "ls /everybody && touch /everybody/new") == ""


def test_a_server_that_the_hub_does_not_know_gives_way(people):
    stray = people.deployment.docker.containers.run(
        people.deployment.outputs()["notebook_image"],
        ["sleep", "600"],
        name=f"{people.deployment.prefix}-notebook-stray",
        labels=people.deployment.container("hub").labels | {"jupyterhub.part": "notebook"},
        detach=True,
    )
    assert people.start("stray").id != stray.id


def test_a_shared_directory_that_is_missing_is_named(people, host):
    message = people.refusal("lost", "lab/lost")
    assert f"{host}/missing is missing on the Docker host" in message
    assert not (host / "missing").exists()


def test_a_notebook_has_its_limits_and_labels_and_no_right_of_roots(people):
    notebook = people.start("limited")
    config, host_config = notebook.attrs["Config"], notebook.attrs["HostConfig"]
    assert run(notebook, "id -u; id -g; grep -E '^(Cap|NoNew)' /proc/1/status") == (
        "1000\n100\n"
        + "".join(f"Cap{kind}:\t{0:016x}\n" for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb"))
        + "NoNewPrivs:\t1"
    )
    assert host_config["Memory"] == host_config["MemorySwap"] == 2048 * 1024**2
    assert host_config["LogConfig"]["Config"] == {"max-size": "10m", "max-file": "3"}
    assert host_config["CpuQuota"] == 2 * host_config["CpuPeriod"]
    assert host_config["PidsLimit"] == 4096
    assert config["Labels"]["jupyterhub.part"] == "notebook"
    assert config["Labels"]["pulumi.stack"] == people.deployment.stack
    assert "NVIDIA_VISIBLE_DEVICES=void" in config["Env"]


def test_a_notebook_is_on_the_stacks_network_alone_and_publishes_nothing(people):
    notebook = people.start("networked")
    assert notebook.attrs["NetworkSettings"]["Networks"].keys() == {people.deployment.prefix}
    assert notebook.attrs["HostConfig"]["PortBindings"] in (None, {})


def test_a_container_goes_with_its_server_and_the_files_stay(people):
    before = people.start("returning")
    run(before, "echo mine > file", workdir="/home/ubuntu")
    people.stop()
    with pytest.raises(NotFound):
        before.reload()
    after = people.start("returning")
    assert run(after, "cat file", workdir="/home/ubuntu") == "mine"


def test_a_start_cannot_choose_its_image(people):
    notebook = people.start("meddler", image="x")
    assert notebook.attrs["Config"]["Image"] == people.deployment.outputs()["notebook_image"]


def test_a_new_proxy_soon_knows_the_way_to_peoples_servers(people):
    people.start("cleo")
    server = f"{people.deployment.url}/user/cleo/api/status"
    assert requests.get(server, timeout=10).status_code == 403, "the server asks who it is"
    people.deployment.container("proxy").restart()  # its routes are in its memory
    deadline = time.monotonic() + ROUTES_SECONDS
    while status(server) != 403:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_nothing_is_left_of_looking_at_the_host(people):
    people.start("looked")
    looks = {"label": ["jupyterhub.part=look", f"pulumi.stack={people.deployment.stack}"]}
    assert people.deployment.docker.containers.list(all=True, filters=looks) == []


# --- sudo, another user, and homes in volumes


@pytest.fixture(scope="module")
def ada(plain: Deployment) -> Any:
    """A notebook that runs as another user than by default, who has sudo."""
    people = deploy(plain, notebook={"sudo": True, "user": "ada", "uid": 2001})
    return people.start("admin")


def test_sudo_is_for_the_own_container(ada):
    assert run(ada, "id -un && sudo -n id -un", user="2001") == "ada\nroot"


def test_notebooks_run_as_the_user_that_is_configured(ada):
    [server] = [
        process[1]
        for process in ada.top(ps_args="-eo pid,uid,args")["Processes"]
        if "singleuser" in process[2] and "tini" not in process[2]
    ]
    assert server == "2001"
    assert run(ada, "id ada; stat -c %u:%g /home/ada") == (
        "uid=2001(ada) gid=100(users) groups=100(users)\n2001:100"
    )
    [home] = [mount for mount in ada.attrs["Mounts"] if mount["Type"] == "volume"]
    assert home["Destination"] == "/home/ada"


# --- accounts of the host


@pytest.fixture(scope="module")
def accounts(plain: Deployment, host: Path) -> People:
    """People who are the host's accounts, and a directory of the host."""
    (host / "project").mkdir()
    shared = {"source": f"{host}/project", "target": "/project", "read_only": False}
    return deploy(plain, notebook={"system_users": True, "shared": [shared]})


@pytest.fixture
def account() -> Iterator[str]:
    """An account of this machine, made for the test."""
    name = f"test-{secrets.token_hex(3)}"
    subprocess.run(["useradd", "--create-home", "--shell", "/bin/sh", name], check=True)
    home = Path(f"~{name}").expanduser()
    try:
        yield name
    finally:
        subprocess.run(["userdel", name], check=True)
        shutil.rmtree(home, ignore_errors=True)


@needs_root
def test_notebooks_run_as_the_hosts_account(accounts, account):
    home = Path(f"~{account}").expanduser()
    notebook = accounts.start(account)
    uid, gid = home.stat().st_uid, home.stat().st_gid
    assert (
        run(notebook, "id -un; id -u; id -g; pwd; touch new") == f"{account}\n{uid}\n{gid}\n{home}"
    )
    assert mode_and_owner(home / "new")[1:] == (uid, gid)
    [opened] = [v for v in notebook.attrs["Config"]["Env"] if v.startswith("JUPYTERHUB_ROOT_DIR=")]
    assert opened == f"JUPYTERHUB_ROOT_DIR={home}"


@needs_root
def test_notebooks_have_the_accounts_groups(accounts, account, host):
    group = f"{account}-friends"
    subprocess.run(["groupadd", "--users", account, group], check=True)
    try:
        shutil.chown(host / "project", group=group)
        (host / "project").chmod(0o2770)
        notebook = accounts.start(account)
        assert run(notebook, "touch /project/new; id -Gn") == f"{account} {group}"
    finally:
        subprocess.run(["groupdel", group], check=True)
    gid = (host / "project").stat().st_gid
    assert mode_and_owner(host / "project/new") == (
        "0644",
        Path(f"~{account}").expanduser().stat().st_uid,
        gid,
    )


@needs_root
def test_a_home_that_is_not_the_accounts_is_refused(accounts, account):
    home = Path(f"~{account}").expanduser()
    os.chown(home, 4321, 4321)
    assert f"{home} on the Docker host belongs to 4321:4321" in accounts.refusal(account)
    assert mode_and_owner(home)[1:] == (4321, 4321)


@needs_root
def test_an_account_without_a_home_is_refused(accounts, account):
    home = Path(f"~{account}").expanduser()
    shutil.rmtree(home)
    assert f"{home} is missing on the Docker host" in accounts.refusal(account)
    assert not home.exists()


@needs_root
def test_a_home_that_is_gone_at_a_later_start_is_not_made(accounts, account):
    accounts.start(account)
    accounts.stop()
    home = Path(f"~{account}").expanduser()
    shutil.rmtree(home)
    assert f"{home} is missing on the Docker host" in accounts.refusal(account)
    assert not home.exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nobody-there", "has no account nobody-there in /etc/passwd"),
        ("root", "has the uid 0, one of the system's own"),
        ("daemon", "has the uid 1, one of the system's own"),
        ("nobody", "has the uid 65534, one of the system's own"),
    ],
)
def test_who_is_no_person_on_the_host_has_no_notebook(accounts, name, reason):
    assert reason in accounts.refusal(name)
