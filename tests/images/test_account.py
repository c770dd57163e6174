"""Whom a container runs as: start.sh in the base image."""

from pathlib import Path

import pytest

from .engine import DockerError, run, told

AS_ROOT = "--user=root"
ADA = (AS_ROOT, "-eNB_USER=ada", "-eNB_UID=2001", "-eNB_GID=2002", "-eNB_GROUP=lab")
NOT_FOR_EVERYBODY = "sudo -n true && exit 1; echo refused"

CASES = {
    "the image's user": (
        (),
        "id; pwd",
        "uid=1000(ubuntu) gid=100(users) groups=100(users)\n/home/ubuntu",
    ),
    "root becomes the user": ((AS_ROOT,), "id -u; id -G; echo $HOME", "1000\n100\n/home/ubuntu"),
    "another name and numbers": (
        ADA,
        "id; pwd; echo $HOME; stat -c '%n %U %G' . .bashrc work",
        "uid=2001(ada) gid=2002(lab) groups=2002(lab),100(users)\n/home/ada\n/home/ada\n"
        ". ada lab\n.bashrc ada lab\nwork ada lab",
    ),
    "another uid only": (
        (AS_ROOT, "-eNB_UID=2001"),
        "id -un; touch ~/new work/new; stat -c %u ~ ~/.bashrc ~/new",
        "ubuntu\n2001\n2001\n2001",
    ),
    "a group of the container's stays, root's does not": (
        (AS_ROOT, "--group-add=5555"),
        "id -G; [[ ! -w /etc/passwd ]]",
        "100 5555",
    ),
    "an arbitrary uid with group root gets a name": (
        ("--user=4321:0",),
        "id -un; id -g",
        "user-4321\n0",
    ),
    "an arbitrary uid in the group users can write at home": (
        ("--user=4321", "--group-add=users"),
        "touch ~/new work/new && echo written",
        "written",
    ),
    "umask": (("-eNB_UMASK=027",), "umask", "0027"),
    "umask, from root": ((AS_ROOT, "-eNB_UMASK=027"), "umask", "0027"),
    "variables survive": (
        (AS_ROOT, "-eLD_LIBRARY_PATH=/cuda", "-ePYTHONPATH=/own"),
        "echo $LD_LIBRARY_PATH $PYTHONPATH",
        "/cuda /own",
    ),
    "variables to unset": (
        ("-eSECRET=s", "-eOTHER=o", "-eJUPYTER_ENV_VARS_TO_UNSET=SECRET,OTHER"),
        "echo [$SECRET$OTHER]",
        "[]",
    ),
    "sudo, when granted": ((AS_ROOT, "-eGRANT_SUDO=yes"), "sudo -n id -u", "0"),
    "sudo, when granted with 1": ((AS_ROOT, "-eGRANT_SUDO=1"), "sudo -n id -u", "0"),
    "sudo for another name": ((*ADA, "-eGRANT_SUDO=yes"), "sudo -n id -u", "0"),
    "no sudo otherwise": ((AS_ROOT,), NOT_FOR_EVERYBODY, "refused"),
    "no sudo for the group sudo": ((AS_ROOT, "--group-add=sudo"), NOT_FOR_EVERYBODY, "refused"),
    "sudo takes a start as root": (("-eGRANT_SUDO=yes",), NOT_FOR_EVERYBODY, "refused"),
    "no su": ((), "echo | su -c true && exit 1; echo refused", "refused"),
    "tini is the first process, and start.sh is gone": (
        (AS_ROOT,),
        "cat /proc/1/comm /proc/$$/comm; echo $PPID",
        "tini\nbash\n1",
    ),
}


@pytest.mark.parametrize(("options", "script", "expected"), CASES.values(), ids=CASES)
def test_account(base_notebook, options, script, expected):
    assert run(base_notebook, script, *options) == expected


SAID = {
    "names and numbers take root": (("-eNB_USER=ada",), "stays ubuntu (1000:100): NB_USER"),
    "sudo takes root": (("-eGRANT_SUDO=1",), "GRANT_SUDO, CHOWN_HOME and CHOWN_EXTRA take"),
    "no name": (("--user=4321:100",), "the user 4321 has no account"),
    "home of another": (("--user=4321:0",), "/home/ubuntu belongs to ubuntu (1000:100)"),
    "granted": ((AS_ROOT, "-eGRANT_SUDO=1"), "ubuntu may use sudo without a password"),
}


@pytest.mark.parametrize(("options", "sentence"), SAID.values(), ids=SAID)
def test_what_it_says(base_notebook, options, sentence):
    assert f"start.sh: {sentence}" in told(base_notebook, *options)


def test_an_ordinary_start_says_nothing(base_notebook):
    assert told(base_notebook) == ""


@pytest.mark.parametrize(
    ("options", "numbers"),
    [((AS_ROOT, "-eNB_UID=2001"), "2001:100"), (("--user=4321:0",), "4321:0")],
)
def test_a_read_only_password_file_is_told_and_no_obstacle(
    base_notebook, tmp_path, options, numbers
):
    passwd = tmp_path / "passwd"
    passwd.write_text(run(base_notebook, "cat /etc/passwd") + "\n")
    mount = f"--volume={passwd}:/etc/passwd:ro"
    assert run(base_notebook, "echo $(id -u):$(id -g)", *options, mount) == numbers
    assert "/etc/passwd" in told(base_notebook, *options, mount)


def hooks(folder: Path) -> tuple[str, str]:
    """Write hooks of each kind; return the options that mount them."""
    for directory in ("start-notebook.d", "before-notebook.d"):
        (folder / directory).mkdir()
        (folder / directory / "10-variable.sh").write_text(f"export SEEN=$SEEN:{directory}:$UID\n")
        failing = folder / directory / "20-failing"
        failing.write_text("#!/bin/bash\necho told by $0; exit 3\n")
        failing.chmod(0o755)
        (folder / directory / "30-not-a-hook").write_text("exit 1\n")
    start, before = (
        f"--volume={path}:/usr/local/bin/{path.name}:ro" for path in sorted(folder.iterdir())[::-1]
    )
    return start, before


@pytest.mark.parametrize(("user", "uid"), [("root", 0), ("1000", 1000)])
def test_hooks(base_notebook, tmp_path, user, uid):
    mounts = hooks(tmp_path)
    said = run(base_notebook, "echo $SEEN", f"--user={user}", *mounts)
    *output, seen = said.splitlines()
    assert seen == (f":start-notebook.d:{uid}:before-notebook.d:{uid}")
    assert output == [
        f"told by /usr/local/bin/{when}/20-failing"
        for when in ("start-notebook.d", "before-notebook.d")
    ]
    assert "before-notebook.d/20-failing failed; going on" in told(base_notebook, *mounts)


def test_a_command_that_fails_fails_the_container(base_notebook):
    with pytest.raises(DockerError, match="no such thing"):
        run(base_notebook, "echo no such thing; exit 3", AS_ROOT)
