"""Homes in which a server may not start: what people and accidents leave in them."""

import shlex
from typing import NamedTuple

STARTS = ""


class Home(NamedTuple):
    """What a person does to a home, what root does after that, and what the log says if it ends.

    `mount` is how the home is mounted, if that is not a volume.
    """

    script: str
    said: str = STARTS
    root: str = ""
    mount: str = ""


CONFIG = ".jupyter/jupyter_server_config"
PACKAGES = "$(/usr/bin/python3 -c 'import site; print(site.getusersitepackages())')"


def put(text: str, *paths: str) -> str:
    """Return a script that writes a text into files."""
    return "; ".join(
        f'mkdir -p "$(dirname "{path}")"; echo {shlex.quote(text)} >"{path}"' for path in paths
    )


def over(*programs: str) -> str:
    """Return a script that puts programs that fail before the image's."""
    return "mkdir -p .local/bin; cd .local/bin; " + "; ".join(
        f"ln -s /bin/false {program}" for program in programs
    )


HOMES = {
    "as it was made": Home("true"),
    "empty": Home("find . -mindepth 1 -delete"),
    # Jupyter's configuration
    "a syntax error": Home(put("c.x = (", f"{CONFIG}.py")),
    "a class that is not there": Home(
        put("c.ServerApp.contents_manager_class = 'gone.Away'", f"{CONFIG}.py"), "gone.Away"
    ),
    "a wrong type": Home(put("c.ServerApp.port_retries = 'x'", f"{CONFIG}.py"), "port_retries"),
    "it ends the program": Home(put("raise SystemExit(3)", f"{CONFIG}.py"), ".*"),
    "a configuration without an end": Home(put("while True: pass", f"{CONFIG}.py"), "silent"),
    "a configuration that is a pipe": Home(f"mkdir .jupyter; mkfifo {CONFIG}.py"),
    "broken JSON": Home(put("{", f"{CONFIG}.json")),
    "broken JSON of an extension": Home(put("{", f"{CONFIG}.d/a.json")),
    "an extension that is not there": Home(
        put("c.ServerApp.jpserver_extensions = {'gone': True}", f"{CONFIG}.py")
    ),
    "another address": Home(
        put("c.ServerApp.ip = '127.0.0.1'\nc.ServerApp.port = 1", f"{CONFIG}.py")
    ),
    "another path": Home(put("c.ServerApp.base_url = '/x/'", f"{CONFIG}.py")),
    "a configuration nobody reads": Home(f"{put('', f'{CONFIG}.py')}; chmod 0 {CONFIG}.py"),
    ".jupyter is a file": Home("touch .jupyter"),
    ".jupyter leads nowhere": Home("ln -s /nowhere .jupyter"),
    ".jupyter leads to itself": Home("ln -s .jupyter .jupyter"),
    ".jupyter is closed": Home("mkdir -m 0 .jupyter"),
    ".jupyter is root's": Home("mkdir -m 700 .jupyter", root="chown 0 .jupyter"),
    "broken settings of JupyterLab": Home(
        put(
            "{",
            ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings",
        )
    ),
    "a broken workspace": Home(put("{", ".jupyter/lab/workspaces/d-1.jupyterlab-workspace")),
    "all extensions disabled": Home(
        put(
            '{"disabledExtensions": {"@jupyterlab/.*": true}}',
            ".jupyter/labconfig/page_config.json",
        )
    ),
    "a broken list of extensions": Home(put("{", ".jupyter/labconfig/page_config.json")),
    # what people install, and what Jupyter keeps
    ".local is root's": Home("mkdir -m 755 .local", root="chown 0 .local"),
    ".local is closed": Home("mkdir -m 0 .local"),
    ".local is a file": Home("touch .local"),
    ".local leads nowhere": Home("ln -s /nowhere .local"),
    "Jupyter's data is root's": Home(
        "mkdir -p .local/share/jupyter", root="chown -R 0 .local/share"
    ),
    "Jupyter's data is a file": Home(put("", ".local/share/jupyter")),
    "a kernel that is no JSON": Home(put("{", ".local/share/jupyter/kernels/python3/kernel.json")),
    "an extension that is no JSON": Home(
        put("{", ".local/share/jupyter/labextensions/a/package.json")
    ),
    "signatures that are no database": Home(put("x", ".local/share/jupyter/nbsignatures.db")),
    "a package over tornado": Home(put("raise SystemExit", f"{PACKAGES}/tornado.py")),
    "a package over json": Home(put("raise SystemExit", "json.py")),
    "a package at every start": Home(put("raise SystemExit", f"{PACKAGES}/usercustomize.py")),
    "a line at every start": Home(put("import sys; sys.exit(1)", f"{PACKAGES}/a.pth")),
    "another Python": Home(over("python3", "python")),
    "another start script": Home(over("start-singleuser.sh", "start.sh")),
    "other programs": Home(over("bash", "sh", "env", "mktemp", "id", "cat", "mkdir")),
    # IPython's and the shell's
    ".ipython is a file": Home("touch .ipython"),
    "a broken profile": Home(
        put(
            "(",
            *(f".ipython/profile_default/{file}.py" for file in ("ipython_config", "startup/a")),
        )
    ),
    "exit in the shell's files": Home(
        put("exit 1", ".bashrc", ".profile", ".bash_profile", ".zshrc", ".zshenv")
    ),
    "the shell's file is a directory": Home("rm -f .bashrc; mkdir .bashrc"),
    "the shell's file is a pipe": Home("rm -f .bashrc; mkfifo .bashrc"),
    # the home itself
    "closed": Home("chmod 0 ."),
    "nobody writes": Home("chmod 555 ."),
    "root's": Home("chmod 755 .", root="chown 0 ."),
    "root's alone": Home("chmod 700 .", root="chown 0 ."),
    "read-only": Home("true", mount="ro"),
    "full": Home("head -c 100M /dev/zero >full 2>/dev/null || true", mount="size=1m"),
    "without inodes": Home(
        "for i in {1..99}; do : >file-$i; done 2>/dev/null || true", mount="nr_inodes=20"
    ),
}
