"""Builds images with the docker client, whose BuildKit needs no server of its own."""

import os
import re
import shutil
import subprocess
import threading
from collections import deque
from functools import cache

from ..errors import PluginError
from ..handler import Call
from ..values import Values
from .engine import POLL_SECONDS

TOLD_LINES = 30
STEP = re.compile(r"^#\d+ \[")
"""Start of the line with which BuildKit begins a step of the Dockerfile."""
NO_REASON = re.compile(r"^#\d+ (sha256:\w+|CACHED|DONE [\d.]+s)$")
"""Lines that never say why a build failed."""


def build(engine: dict[str, str], call: Call, name: str, recipe: Values) -> None:
    """Build `recipe` and tag it `name`, showing the output beside the resource.

    `engine` has the environment variables by which the docker client finds the engine. Raises
    `PluginError` if the build fails or is cancelled.
    """
    arguments = recipe.get("args", {})
    command = [
        buildkit_client(),
        "build",
        "--progress=plain",
        f"--tag={name}",
        f"--file={recipe['dockerfile']}",
        f"--platform={recipe['platform']}",
        # Values travel in the environment: command lines are visible to every user of the host.
        *(f"--build-arg={argument}" for argument in arguments),
        *(f"--{flag}={recipe[flag]}" for flag in ("target", "network") if flag in recipe),
        *(f"--add-host={entry}" for entry in recipe.get("addHosts", [])),
        *(f"--cache-from={image}" for image in recipe.get("cacheFrom", {}).get("images", [])),
        recipe["context"],
    ]
    told: deque[str] = deque(maxlen=TOLD_LINES)
    with subprocess.Popen(
        command,
        env={**os.environ, **arguments, **engine, "DOCKER_BUILDKIT": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # an interrupt from the keyboard reaches it through the engine
    ) as client:
        threading.Thread(target=stop_if_cancelled, args=(call, client), daemon=True).start()
        assert client.stdout is not None
        for line in map(str.rstrip, client.stdout):
            if line:
                if not NO_REASON.match(line):
                    told.append(line)
                call.log(line, passing=not STEP.match(line))
        failed = client.wait()
    if call.cancelled.is_set():
        msg = f"cancelled the build of image {name}"
        raise PluginError(msg)
    if failed:
        raise PluginError(f"cannot build image {name}; the build ended with:\n" + "\n".join(told))


def stop_if_cancelled(call: Call, client: subprocess.Popen[str]) -> None:
    """End the client once the user cancels; return when it has ended."""
    while client.poll() is None:
        if call.cancelled.wait(POLL_SECONDS):
            client.terminate()
            return


@cache
def buildkit_client() -> str:
    """Return the path of a docker client that can use BuildKit.

    Clients from 23.0 on need the buildx component for it, older ones do not. If there is no such
    client, raises `PluginError` with those that were tried.
    """
    folders = [*os.get_exec_path(), "/usr/bin"]
    clients = dict.fromkeys(shutil.which("docker", path=folder) for folder in folders)
    refused = []
    for client in filter(None, clients):
        version = output_of([client, "--version"])
        major = re.search(r"version (\d+)\.", version)
        if output_of([client, "buildx", "version"]) or (major and int(major[1]) < 23):
            return client
        refused.append(f"{client} ({version.strip()}) has no buildx")
    raise PluginError(
        "no docker client on PATH can use BuildKit: "
        + ("; ".join(refused) or "there is none")
        + "; install docker-buildx, or Debian's docker.io below 23"
    )


def output_of(command: list[str]) -> str:
    """Return what a command prints, or an empty text if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""
