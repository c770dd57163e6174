"""The `docker` command, for the engine of a stack."""

import os
import subprocess
from typing import IO

from hubconfig.sections.docker import DockerArgs
from hubconfig.surroundings import cleaned
from hubpreview.secrecy import redacted

from .stack import StackError

LINES = 3
"""How many lines an error message quotes: the last ones of docker, or of tar in a container."""


def docker(engine: DockerArgs, *arguments: str, **streams: IO[bytes] | int) -> str:
    """Run a docker command on an engine, whatever docker's own context is.

    Returns what it prints on standard output, or an empty text if `streams` (stdin, stdout, stderr)
    direct that elsewhere. Raises `StackError` if it fails.
    """
    own = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    try:
        done = subprocess.run(
            ["docker", *arguments],
            env=cleaned(os.environ) | engine.environment,
            start_new_session=True,  # ^C is for this process to deal with
            check=False,
            **{**own, **streams},  # type: ignore[call-overload]
        )
    except OSError as error:
        msg = f"docker does not run: {error.strerror}"
        raise StackError(msg) from error
    if done.returncode:
        lines = (done.stderr or b"").decode(errors="replace").splitlines()
        said = [line for line in lines if line and not line.startswith("Run 'docker")]
        msg = f"docker {arguments[0]} says {redacted('; '.join(said[-LINES:])) or 'nothing'}"
        raise StackError(msg)
    return (done.stdout or b"").decode(errors="replace")
