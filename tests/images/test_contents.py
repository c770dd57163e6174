"""What is in the images, and what is not."""

import json
import re
from pathlib import Path

import pytest

from .engine import docker, run

FOLDERS = ("foundation", "base-notebook", "singleuser", "lab")

CASES = {
    "locale": (
        "base-notebook",
        "locale 2>&1 | grep LC_COLLATE; echo $LANG",
        'LC_COLLATE="en_US.UTF-8"\nen_US.UTF-8',
    ),
    "apt lists and packages": (
        "lab",
        "ls -A /var/lib/apt/lists /var/cache/apt/archives",
        "/var/cache/apt/archives:\n\n/var/lib/apt/lists:",
    ),
    "caches of builds": (
        "lab",
        "ls -A ~ /opt; ls -d ~/.cache /root/.cache/* 2>/dev/null; true",
        "/home/ubuntu:\n.bash_logout\n.bashrc\n.profile\nwork\n.zshrc\n\n/opt:",
    ),
    "compilers": ("lab", "command -v gcc cc make; true", ""),
    "settings of mirrors": (
        "lab",
        "ls /etc/pip.conf /etc/uv 2>/dev/null; env | grep -e INDEX -e MIRROR; true",
        "",
    ),
    "no language but English": (
        "lab",
        "ls /usr/local/share/jupyter/lab/settings",
        "overrides.json",
    ),
    "one python": (
        "lab",
        "realpath $(command -v python) $(command -v python3) | uniq | wc -l",
        "1",
    ),
    "root owns what all share": ("lab", "find /usr/local /opt ! -user root | head", ""),
    "bash is the shell": (
        "lab",
        "echo $SHELL; getent passwd ubuntu | cut -d: -f7",
        "/bin/bash\n/bin/bash",
    ),
    "zsh has bira's prompt": ("lab", "zsh -ic 'print -P $PROMPT' 2>&1 | tail -1", "╰─$"),
    "tools": ("lab", "command -v git ssh vim less htop wget zsh bzip2 | wc -l", "8"),
}


@pytest.mark.parametrize(("folder", "script", "expected"), CASES.values(), ids=CASES)
def test_contents(images, folder, script, expected):
    said = run(images[folder], script)
    assert re.sub(r"\x1b\[[0-9;]*m", "", said) == expected


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_image_shows_no_gpu_unless_asked(images, folder):
    config = json.loads(docker("image", "inspect", images[folder]))[0]["Config"]
    assert "NVIDIA_VISIBLE_DEVICES=void" in config["Env"]
    assert "NVIDIA_DRIVER_CAPABILITIES=compute,utility" in config["Env"]


@pytest.mark.parametrize("folder", FOLDERS[1:])
def test_nobody_is_root_by_accident(images, folder):
    config = json.loads(docker("image", "inspect", images[folder]))[0]["Config"]
    assert config["User"] == "1000"
    assert config["Entrypoint"] == ["tini", "-g", "--", "start.sh"]


def test_the_history_holds_no_credential(lab):
    history = docker("history", "--no-trunc", "--format={{.CreatedBy}}", lab)
    assert not re.search(r"://[^/\s]*@|password|secret|token", history, re.IGNORECASE)


def test_the_server_is_jupyterhubs_of_the_hub(lab):
    lock = Path("images/hub/requirements.lock").read_text()
    [version] = re.findall(r"^jupyterhub==(\S+)", lock, re.MULTILINE)
    assert run(lab, "jupyterhub-singleuser --version") == version


LARGEST_MB = {"foundation": 330, "base-notebook": 370, "singleuser": 560, "lab": 950}


@pytest.mark.parametrize("folder", FOLDERS)
def test_size(images, folder, capsys):
    megabytes = int(docker("image", "inspect", "--format={{.Size}}", images[folder])) // 10**6
    with capsys.disabled():
        print(f" {folder}: {megabytes} MB", end=" ")  # noqa: T201
    assert megabytes < LARGEST_MB[folder]
