"""Prints the settings of a stack that the scripts need: `settings.py STACK`.

They are printed as assignments for a shell. If one of them is wrong in the stack file, this prints
the message that the program would print, and fails.
"""

import shlex
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[0] = str(REPOSITORY)

from hubconfig.checking import check  # noqa: E402
from hubconfig.configuration import Configuration  # noqa: E402
from hubconfig.given import Given, NoStackFileError  # noqa: E402
from hubconfig.stack import Stack  # noqa: E402
from hubconfig.words import errors_told  # noqa: E402

NEEDED = {("docker",), ("site", "prefix"), ("images", "root"), ("images", "platform")}


def decrypted(key: str) -> str:
    """Return the decrypted text of a key that the stack file keeps secret."""
    command = ["pulumi", "config", "get", key, "--stack", sys.argv[1], "--non-interactive"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{key} is kept secret in Pulumi.{sys.argv[1]}.yaml, and cannot be read")
    return done.stdout.rstrip("\n")


def main(name: str) -> None:
    """Print the settings that the scripts need of a stack; exit with what is wrong with them."""
    try:
        given = Given.by_file(REPOSITORY, name, decrypted)
    except NoStackFileError as error:
        sys.exit(str(error))
    found = check(Configuration, given.sections)
    wrong = [error for error in found.errors if any(error["loc"][: len(n)] == n for n in NEEDED)]
    if wrong or found.model is None:
        told = errors_told(given.project, Configuration, wrong or found.errors, given.hidden)
        sys.exit("\n".join(told))
    config, docker = found.model, found.model.docker
    for variable, value in {
        "project": given.project,
        "prefix": Stack.named(given.project, name, config.site.prefix).prefix,
        "engine_host": docker.host if "host" in docker.model_fields_set else "",
        "engine_certificates": docker.cert_path or "",
        "root_image": config.images.root,
        "platform": config.images.platform,
    }.items():
        print(f"{variable}={shlex.quote(value)}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
