"""Whom a container runs as: start.sh in the base image."""

from pathlib import Path

import pytest

from .engine import DockerError, container, docker, logs, run, told

HOME = "/home/ubuntu"
AS_ROOT = "--user=root"
ADA = (AS_ROOT, "-eNB_USER=ada", "-eNB_UID=2001", "-eNB_GID=2002", "-eNB_GROUP=lab")
ROOT = "uid=0(root) gid=0(root) groups=0(root)\n/root\n/root\n/root/.bashrc"
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
    "a name that is a group's already": (
        (AS_ROOT, "-eNB_USER=audio", "-eNB_UID=2001", "-eNB_GID=2002"),
        "id",
        "uid=2001(audio) gid=2002(group-2002) groups=2002(group-2002),100(users)",
    ),
    "a group of the container's stays, root's does not": (
        (AS_ROOT, "--group-add=5555"),
        "id -G; [[ ! -w /etc/passwd ]]",
        "100 5555",
    ),
    "root, if asked for": (
        (AS_ROOT, "-eNB_USER=root", "-eNB_UID=0", "-eNB_GID=0"),
        "id; pwd; echo $HOME; ls ~/.bashrc",
        ROOT,
    ),
    "root by its name": ((AS_ROOT, "-eNB_USER=root"), "id; pwd; echo $HOME; ls ~/.bashrc", ROOT),
    "an account that is there already gets a home": (
        (AS_ROOT, "-eNB_USER=nobody", "-eNB_UID=65534", "-eNB_GID=65534"),
        "id -un; pwd; stat -c '%n %U' . work",
        "nobody\n/home/nobody\n. nobody\nwork nobody",
    ),
    "a folder of the home, under another name": ((*ADA, f"-w{HOME}/work"), "pwd", "/home/ada/work"),
    "a folder that this home lacks": (
        (*ADA, f"-w{HOME}/work/new", "-v/home/ada"),
        "pwd",
        "/home/ada",
    ),
    "a folder beside the home": ((*ADA, f"-w{HOME}-data"), "pwd", f"{HOME}-data"),
    "the user's names for programs": ((*ADA,), "echo $USER $LOGNAME", "ada ada"),
    "an arbitrary uid with group root gets a name": (
        ("--user=4321:0",),
        "id -un; id -g",
        "user-4321\n0",
    ),
    "an arbitrary uid with group root gets the name that is asked for": (
        ("--user=4321:0", "-eNB_USER=ada"),
        "id -un; echo ~ada",
        f"ada\n{HOME}",
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
    "variables of every name survive": (
        (AS_ROOT, "-euser=u", "-ename=n", "-edirectory=d", "-ecommand=c", "-ehook=h"),
        "echo $user $name $directory $command $hook",
        "u n d c h",
    ),
    "variables to unset": (
        ("-eSECRET=s", "-eOTHER=o", "-eJUPYTER_ENV_VARS_TO_UNSET=SECRET,OTHER"),
        "echo [$SECRET$OTHER$JUPYTER_ENV_VARS_TO_UNSET]",
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
    "home of another": (
        ("--user=4321:0",),
        "/home/ubuntu belongs to ubuntu (1000:100), and 4321:0 cannot write there: "
        "start the container with --group-add=100\n",
    ),
    "read-only": (("--read-only",), "/home/ubuntu is read-only: mount a volume or directory there"),
    "no home of that name": (
        (*ADA, "--read-only"),
        "/home/ada cannot be made: ada's home is /home/u",
    ),
    "granted": ((AS_ROOT, "-eGRANT_SUDO=1"), "ubuntu may use sudo without a password"),
}


@pytest.mark.parametrize(("options", "sentence"), SAID.values(), ids=SAID)
def test_what_it_says(base_notebook, options, sentence):
    assert f"start.sh: {sentence}" in told(base_notebook, *options) + "\n"


def test_an_ordinary_start_says_nothing(base_notebook):
    assert told(base_notebook) == ""


def test_a_command_that_says_start_sh_starts_once(base_notebook):
    options = (AS_ROOT, "-eGRANT_SUDO=yes")
    with container(base_notebook, "start.sh", "true", options=options) as name:
        assert docker("wait", name) == "0"
        assert logs(name).strip() == "start.sh: ubuntu may use sudo without a password"


@pytest.mark.parametrize(
    ("options", "runs"),
    [
        ((AS_ROOT, "-eNB_UID=2001"), "2001:100 /home/ubuntu"),
        (ADA, "2001:2002 /home/ada"),
        (("--user=4321:0",), "4321:0 /home/ubuntu"),
    ],
)
def test_a_read_only_password_file_is_told_and_no_obstacle(base_notebook, tmp_path, options, runs):
    passwd = tmp_path / "passwd"
    passwd.write_text(run(base_notebook, "cat /etc/passwd") + "\n")
    mount = f"--volume={passwd}:/etc/passwd:ro"
    assert run(base_notebook, "echo $(id -u):$(id -g) $PWD", *options, mount) == runs
    assert "/etc/passwd" in told(base_notebook, *options, mount)


def hooks(folder: Path) -> tuple[str, str]:
    """Write hooks of each kind; return the options that mount them."""
    for directory in ("start-notebook.d", "before-notebook.d"):
        (folder / directory).mkdir()
        (folder / directory / "10-variable.sh").write_text(
            f"declare -x SEEN=$SEEN:{directory}:$UID; set -- no\n"
        )
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
    said = told(base_notebook, *mounts)
    assert "before-notebook.d/20-failing failed with 3; going on" in said
    assert "before-notebook.d/30-not-a-hook is left alone: it is not executable" in said


HOOKS = {
    "set -e ends it at its first failure": (
        "set -e; export SEEN=before; (exit 4); export SEEN=after",
        "started before\nstart.sh: the hook {} failed with 4; going on",
    ),
    "set -e in a function of it": (
        "set -e; look() { export SEEN=in; (exit 4); export SEEN=after; }; look; export SEEN=after",
        "started in\nstart.sh: the hook {} failed with 4; going on",
    ),
    "set -e where a failure is expected": (
        "set -e; if false || ! true; then :; fi; export SEEN=after",
        "started after\n",
    ),
    "without set -e only its end counts": ("false; export SEEN=after", "started after\n"),
    "its names are its own": ("command=a as_user=b user=c; export SEEN=own", "started own\n"),
    "its options are its own": ("set -euo pipefail; export SEEN=all", "started all\n"),
    "exit ends the start": ("exit 5", "\nstart.sh: the hook {} ended the start with 5"),
}


@pytest.mark.parametrize(("hook", "said"), HOOKS.values(), ids=HOOKS)
def test_a_sourced_hook(base_notebook, tmp_path, hook, said):
    place = "/usr/local/bin/start-notebook.d/10-hook.sh"
    (tmp_path / "10-hook.sh").write_text(hook)
    mount = f"--volume={tmp_path}/10-hook.sh:{place}:ro"
    with container(base_notebook, "bash", "-c", "echo started $SEEN", options=(mount,)) as name:
        docker("wait", name)
        assert logs(name) == said.format(place)


def test_a_directory_of_hooks_that_is_not_there_is_told(base_notebook):
    directory = "/usr/local/bin/before-notebook.d"
    script = f"rmdir {directory}; start.sh true 2>&1"
    said = run(base_notebook, script, AS_ROOT, "--entrypoint=env")
    assert said == f"start.sh: there is no directory {directory}, so none of its hooks run"


def test_what_is_in_the_home_does_not_run_as_root(base_notebook, tmp_path):
    programs = tmp_path / "home/.local/bin"
    programs.mkdir(parents=True)
    (tmp_path / "10-date.sh").write_text("date >/dev/null\n")
    for name in ("setpriv", "date", "greet"):
        (programs / name).write_text(f"#!/bin/sh\necho {name} as $(id -u) | tee -a ~/said\n")
        (programs / name).chmod(0o755)
    mounts = (
        f"--volume={tmp_path}/home:/home/ubuntu",
        f"--volume={tmp_path}/10-date.sh:/usr/local/bin/before-notebook.d/10-date.sh:ro",
    )
    assert run(base_notebook, "greet", AS_ROOT, "-eCHOWN_HOME=1", *mounts) == "greet as 1000"
    assert (tmp_path / "home/said").read_text() == "greet as 1000\n"


def test_nobody_becomes_root_by_the_name_alone(base_notebook):
    with pytest.raises(DockerError, match="'root' already exists"):
        run(base_notebook, "id", AS_ROOT, "-eNB_USER=root", "-eNB_UID=2001")


def test_a_command_that_fails_fails_the_container(base_notebook):
    with pytest.raises(DockerError, match="no such thing"):
        run(base_notebook, "echo no such thing; exit 3", AS_ROOT)
