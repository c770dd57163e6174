"""Times the build of the hub's image after a change of one of its configuration files."""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

from offline.plugins.docker_engine.build import buildkit_client

ROUNDS = 5
IMAGE = "jupyterhub-hub:benchmark"


def seconds_to_built(build_args: dict[str, str]) -> list[float]:
    """Change and build a copy several times, after one time that fills the cache; wall time."""
    options = ("--quiet", f"--tag={IMAGE}", *(f"--build-arg={name}" for name in build_args))
    environment = {**os.environ, **build_args, "DOCKER_BUILDKIT": "1"}
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        context = shutil.copytree("images/hub", Path(folder, "hub"))
        command = [buildkit_client(), "build", *options, str(context)]
        for _ in range(ROUNDS + 1):
            with (context / "jupyterhub_config.py").open("a") as file:
                file.write(f"# {uuid.uuid4()}\n")
            start = time.perf_counter()
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
            seconds.append(time.perf_counter() - start)
            subprocess.run(["docker", "image", "rm", IMAGE], stdout=subprocess.DEVNULL, check=True)
    return seconds[1:]
