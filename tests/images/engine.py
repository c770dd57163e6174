"""Builds the images under tags of this session's; containers that end with their test."""

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hubconfig.values import site_ca
from offline.plugins.docker_engine.build import buildkit_client

PREFIX = "jupyterhub-images-test"
SESSION = uuid.uuid4().hex[:8]
"""The tag of what is built here, as another session may build other files at the same time."""
ROOT_IMAGE = "debian:trixie-20260918-slim"
NOTEBOOKS = ("foundation", "base-notebook", "singleuser", "lab")
"""Folders of images/, each built on the one before it."""
SERVICES = ("hub", "proxy", "edge", "docker-gate", "firewall", "gitlab-standin")
"""Those built on the foundation."""
RUN_SECONDS = 300
BUILD_SECONDS = 900


class DockerError(Exception):
    """A docker command failed; its output is the text."""


def _docker(*arguments: str, seconds: float, **environment: str) -> tuple[str, str]:
    done = subprocess.run(
        [buildkit_client(), *arguments],
        env={**os.environ, "DOCKER_BUILDKIT": "1", **environment},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise DockerError(done.stdout + done.stderr)
    return done.stdout.strip(), done.stderr.strip()


def docker(*arguments: str) -> str:
    """Run a docker command; return what it prints."""
    return _docker(*arguments, seconds=RUN_SECONDS)[0]


def build(folder: str, *, name: str = "", dockerfile: str = "", **build_args: str) -> str:
    """Build `images/<folder>`, by default under the folder's name; return the image's name.

    Another folder's path has to be absolute. `dockerfile` is the folder of images/ that has the
    Dockerfile, if that is another.

    On the host's network, where builds reach what a test serves on loopback.
    """
    image = f"{PREFIX}-{name or folder}:{SESSION}"
    arguments = [f"--build-arg={argument}" for argument in build_args]
    file = Path("images", dockerfile or folder, "Dockerfile")
    options = ("--progress=plain", "--network=host", f"--tag={image}")
    _docker(
        *("build", *options, *arguments, f"--file={file}", str(Path("images", folder))),
        seconds=BUILD_SECONDS,
        **build_args,
    )
    return image


def build_notebooks(*, kind: str = "", **build_args: str) -> dict[str, str]:
    """Build from the foundation to the lab, each on the one before it; return names by folder.

    The names begin with `kind`. The layer cache makes a second time cheap.
    """
    images: dict[str, str] = {}
    given = {"SITE_CA": site_ca.certificates(site_ca.MACHINE), **build_args}
    for folder in NOTEBOOKS:
        images[folder] = build(folder, name=kind + folder, **given)
        given[folder.upper().replace("-", "_")] = images[folder]
    return images


def build_all() -> dict[str, str]:
    """Build every image; return names by folder."""
    images = build_notebooks(ROOT_IMAGE=ROOT_IMAGE)
    return images | {folder: build(folder, FOUNDATION=images["foundation"]) for folder in SERVICES}


def remove_all() -> None:
    """Remove every image that was built; its layers stay in the cache."""
    ours = ("--filter", f"reference={PREFIX}-*:{SESSION}")
    for image in docker("image", "ls", *ours, "--format={{.Repository}}:{{.Tag}}").split():
        docker("image", "rm", image)


@contextmanager
def container(image: str, *command: str, options: tuple[str, ...] = ()) -> Iterator[str]:
    """Start a container, without a network unless `options` say so; yield its name."""
    name = f"{PREFIX}-{uuid.uuid4().hex[:8]}"
    given = any(option.startswith("--network=") for option in options)
    network = () if given else ("--network=none",)
    try:
        docker("run", "--detach", f"--name={name}", *network, *options, image, *command)
        yield name
    finally:
        docker("rm", "--force", "--volumes", name)


def run(image: str, script: str, *options: str) -> str:
    """Run a bash script in a container; return its output.

    Raises `DockerError` with the output where the script fails.
    """
    return _run(image, script, options)[0]


def told(image: str, *options: str) -> str:
    """Start a container that does nothing; return what start.sh has to say."""
    return _run(image, "true", options)[1]


def logs(name: str) -> str:
    """Return all that a container has printed, standard error last."""
    return "\n".join(_docker("logs", name, seconds=RUN_SECONDS))


def _run(image: str, script: str, options: tuple[str, ...]) -> tuple[str, str]:
    with container(image, "bash", "-c", script, options=options) as name:
        if docker("wait", name) != "0":
            raise DockerError(logs(name))
        return _docker("logs", name, seconds=RUN_SECONDS)
