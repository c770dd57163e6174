"""The stack files of the repository, previewed by the real engine with placeholder secrets."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.deployment import PROGRAM, REPOSITORY

SECONDS = 120
STACKS = [path.name.split(".")[1] for path in sorted(REPOSITORY.glob("Pulumi.*.yaml"))]

Declared = dict[str, dict[str, Any]]


def prepare(folder: Path, stack: str) -> Callable[..., str]:
    """Return what runs pulumi commands on a stack in a copy of the program."""
    for part in (*PROGRAM, f"Pulumi.{stack}.yaml"):
        if (REPOSITORY / part).is_dir():
            shutil.copytree(REPOSITORY / part, folder / part)
        else:
            shutil.copy(REPOSITORY / part, folder / part)
    (folder / ".venv").symlink_to(REPOSITORY / ".venv")
    (folder / "state").mkdir()
    # The stack is another host's: what this one has, such as a taken port, is nothing to it.
    (folder / "docker").write_text("#!/bin/sh\necho this is another host >&2\nexit 1\n")
    (folder / "docker").chmod(0o755)
    environment = os.environ | {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{folder}/state",
        "PULUMI_CONFIG_PASSPHRASE": "dev",
    }

    def pulumi(*arguments: str) -> str:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    pulumi("stack", "init", stack)
    pulumi("config", "set", "--secret", "gitlab:token", "glpat-of-nobody")
    return pulumi


def preview(folder: Path, stack: str) -> Declared:
    """Return what a stack would create, by name."""
    steps = json.loads(prepare(folder, stack)("preview", "--json"))["steps"]
    return {step["urn"].rpartition("::")[2]: step["newState"].get("inputs", {}) for step in steps}


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_file_can_be_previewed(tmp_path, stack):
    declared = preview(tmp_path, stack)
    assert declared.keys() >= {"hub-container", "proxy-container", "login-application"}


ADVISED = {"lab": ["root-leaves-no-files-on-the-host"]}
"""The article gives people sudo, and homes in directories of the host."""


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_file_keeps_the_rules_of_the_policy_pack(tmp_path, stack):
    printed = prepare(tmp_path, stack)("preview", "--policy-pack", str(REPOSITORY / "policy"))
    assert re.search("(✅|⚠️) jupyterhub@", printed)
    assert "[mandatory]" not in printed
    assert re.findall(r"\[advisory\] +(\S+)", printed) == ADVISED.get(stack, [])


def test_lab_is_the_articles_server(tmp_path):
    declared = preview(tmp_path, "lab")
    assert declared["network-bridge"]["ipamConfigs"] == [
        {
            "__defaults": [],
            "subnet": "172.18.0.0/24",
            "gateway": "172.18.0.1",
            "ipRange": "172.18.0.128/25",
        }
    ]
    hub = declared["hub-container"]
    assert hub["networksAdvanced"][0]["ipv4Address"] == "172.18.0.2"
    [port] = declared["proxy-container"]["ports"]
    assert (port["internal"], port["external"]) == (8000, 8000)
    assert declared["login-application"]["redirectUrl"] == (
        "https://hub.example.org/hub/oauth_callback"
    )
    assert "gitlab-container" not in declared

    settings = json.loads(hub["uploads"][0]["content"])
    assert settings["gitlab"]["url"] == "https://gitlab.example.org"
    assert settings["notebook"]["home"] == "/home/data/jupyterhub/user-data-{username}"
    [server] = json.loads(hub["uploads"][1]["content"])["servers"]
    assert "GRANT_SUDO=yes" in server["container"]["Env"]

    def arguments(image: str) -> dict[str, str]:
        given: dict[str, str] = declared[f"{image}-build"]["build"]["args"]
        return given

    assert arguments("notebook-foundation")["ROOT_IMAGE"].startswith("nvidia/cuda:")
    assert arguments("foundation")["ROOT_IMAGE"].startswith("debian:")
    assert arguments("base-notebook") | {
        "NB_USER": "ubuntu",
        "NB_UID": "1000",
        "NB_GID": "100",
    } == (arguments("base-notebook"))
    lab = arguments("lab")
    assert (lab["NB_SHELL"], lab["NB_LANGUAGE"], lab["GPU"]) == ("/bin/zsh", "zh_CN", "1")
    assert lab["KEEP_MIRRORS"] == "1"
    assert {"CONDA_INSTALLER_SHA256", "OH_MY_ZSH_COMMIT"} <= lab.keys()
