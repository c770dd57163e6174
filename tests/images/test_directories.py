"""Whose the mounted directories are, and what of a person's own is still there the next day."""

import os

import pytest

from .engine import run, told

HOME = "/home/ubuntu"
AS_ROOT = "--user=root"
LOOK = f"stat -c '%u:%g' {HOME}; ls -A {HOME} | sort | paste -sd' '; touch ~/new && echo written"
POPULATED = ".bash_logout .bashrc .profile"


def test_a_named_volume_is_the_users_and_holds_what_the_image_has(base_notebook, volume):
    said = run(base_notebook, LOOK, f"--volume={volume}:{HOME}")
    assert said.splitlines() == ["1000:100", f"{POPULATED} work", "written"]


def test_a_named_volume_stays_the_users_when_started_as_root(base_notebook, volume):
    run(base_notebook, "echo kept > ~/file", f"--volume={volume}:{HOME}", AS_ROOT)
    assert run(base_notebook, "cat ~/file", f"--volume={volume}:{HOME}") == "kept"


def test_a_directory_that_did_not_exist_becomes_the_users(base_notebook, tmp_path):
    mount = f"--volume={tmp_path}/new:{HOME}"
    said = run(base_notebook, LOOK, mount, AS_ROOT, "-eCHOWN_HOME=yes")
    assert said.splitlines() == ["1000:100", POPULATED, "written"]
    run(base_notebook, "rm ~/.profile", mount, AS_ROOT)
    assert run(base_notebook, "ls -A ~", mount, AS_ROOT).split() == [
        ".bash_logout",
        ".bashrc",
        "new",
    ]


HOMES = {
    "with a share mounted in it": ("", "bash", f"{POPULATED} vision"),
    "with files": ("zoo", "bash", f"{POPULATED} vision zoo"),
    "that has settings": (".bashrc", "bash", ".bashrc vision"),
    "that has another shell's settings": (".bashrc", "zsh", f"{POPULATED} vision"),
}


@pytest.mark.parametrize(("files", "shell", "then"), HOMES.values(), ids=HOMES)
def test_a_home_without_its_shells_settings_gets_the_images(
    base_notebook, tmp_path, files, shell, then
):
    (tmp_path / "vision").mkdir()
    for file in files.split():
        (tmp_path / file).write_text("own")
    mounts = (f"--volume={tmp_path}:{HOME}", f"--volume={tmp_path}:{HOME}/vision")
    options = (AS_ROOT, "-eCHOWN_HOME=yes", f"-eSHELL=/bin/{shell}")
    said = run(base_notebook, LOOK, *mounts, *options)
    assert said.splitlines() == ["1000:100", then, "written"]
    assert all((tmp_path / file).read_text() == "own" for file in files.split())


def test_a_directory_that_did_not_exist_is_told_without_root(base_notebook, tmp_path):
    mount = f"--volume={tmp_path}/new:{HOME}/work"
    assert run(base_notebook, "[[ -w ~/work ]] || echo refused", mount) == "refused"
    assert told(base_notebook, mount) == (
        f"start.sh: {HOME}/work belongs to root (0:0), and 1000:100 cannot write there: start the "
        "container as root with CHOWN_HOME=yes, or run on the host: chown 1000:100 <the directory "
        "that is mounted there>"
    )


CHOWN = {
    "home and work": (("-eCHOWN_HOME=1",), f"{HOME}/work", "1000:100"),
    "not what lies in them": (("-eCHOWN_HOME=yes",), f"{HOME}/work/deep", "0:0"),
    "unless asked": (("-eCHOWN_HOME=yes", "-eCHOWN_HOME_OPTS=-R"), f"{HOME}/work/deep", "1000:100"),
    "extra": (("-eCHOWN_EXTRA=/srv,/mnt",), "/mnt", "1000:100"),
    "extra, deep": (("-eCHOWN_EXTRA=/mnt", "-eCHOWN_EXTRA_OPTS=-R"), "/mnt/deep", "1000:100"),
    "extra, by commas and not by blanks": (
        ("-eCHOWN_EXTRA=,/mnt, /mnt/of us all",),
        "'/mnt/of us all'",
        "1000:100",
    ),
    "for the user that is asked for": (
        ("-eCHOWN_EXTRA=/mnt", "-eNB_UID=2001", "-eNB_GID=2002"),
        "/mnt",
        "2001:2002",
    ),
}


@pytest.mark.parametrize(("options", "path", "owner"), CHOWN.values(), ids=CHOWN)
def test_chown(base_notebook, tmp_path, options, path, owner):
    for name in ("deep", "of us all"):
        (tmp_path / name).mkdir()
    mounts = [f"--volume={tmp_path}:{target}" for target in (f"{HOME}/work", "/mnt")]
    assert run(base_notebook, f"stat -c '%u:%g' {path}", *mounts, *options, AS_ROOT) == owner


def test_a_mounted_home_keeps_its_owners_when_the_user_changes(base_notebook, volume):
    mount = f"--volume={volume}:{HOME}"
    run(base_notebook, "true", mount)
    said = run(base_notebook, "stat -c %u ~/.bashrc; id -u", mount, AS_ROOT, "-eNB_UID=2001")
    assert said == "1000\n2001"


def test_a_link_of_the_users_leads_to_nothing_that_changes_hands(base_notebook, volume):
    mount = f"--volume={volume}:{HOME}"
    run(base_notebook, "rm -r ~/work && ln -s /etc ~/work", mount)
    assert run(base_notebook, "stat -c %u /etc", mount, AS_ROOT, "-eCHOWN_HOME=yes") == "0"


def test_what_is_mounted_in_the_home_keeps_its_owner_when_the_user_changes(base_notebook, tmp_path):
    (tmp_path / "[data] set").mkdir()
    (tmp_path / "file").touch()
    mounts = []
    for name in ("[data] set", "file"):
        os.chown(tmp_path / name, 1000, 100)
        mounts.append(f"--volume={tmp_path}/{name}:{HOME}/{name}")
    look = "cd ~ && stat -c '%n %u' '[data] set' file .bashrc"
    said = run(base_notebook, look, *mounts, AS_ROOT, "-eNB_UID=2001")
    assert said.splitlines() == ["[data] set 1000", "file 1000", ".bashrc 2001"]


FIX_PERMISSIONS = """
umask 077
mkdir -p /tmp/shared/deep && cd /tmp/shared
touch file tool ../outside && chmod u+x tool && ln -s ../outside link
fix-permissions /tmp/shared
find . ../outside -printf '%M %g %p\\n'
find . -printf '%C@ %p\\n' > ../before
fix-permissions /tmp/shared
find . -printf '%C@ %p\\n' | diff ../before - && echo unchanged
"""


def test_fix_permissions_shares_a_directory_and_changes_only_what_differs(base_notebook):
    *modes, second_time = run(
        base_notebook, FIX_PERMISSIONS, "--entrypoint=env", AS_ROOT
    ).splitlines()
    assert set(modes) == {
        "drwxrws--- users .",
        "drwxrws--- users ./deep",
        "-rw-rw---- users ./file",
        "-rwxrwx--- users ./tool",
        "lrwxrwxrwx users ./link",
        "-rw------- root ../outside",
    }
    assert second_time == "unchanged"


def test_what_people_install_survives_and_is_no_concern_of_the_server(lab, volume):
    mount = f"--volume={volume}:{HOME}"
    version = "import importlib.metadata as m; print(m.version('attrs'))"
    servers = run(lab, f'python -c "{version}"')
    run(lab, "pip install --quiet iniconfig==2.0.0 attrs==25.1.0", mount, "--network=host")
    said = run(
        lab,
        f'python -c "import iniconfig; print(iniconfig.__file__)"; python -c "{version}"; '
        f'python -s -c "{version}"; python -s -c "import iniconfig" 2>/dev/null || echo unseen',
        mount,
    )
    file, own, server, unseen = said.splitlines()
    assert file.startswith(f"{HOME}/.local/lib/")
    assert (own, server, unseen) == ("25.1.0", servers, "unseen")


def test_people_can_make_virtual_environments(lab):
    assert run(lab, "python -m venv /tmp/own && /tmp/own/bin/pip --version").startswith("pip ")
