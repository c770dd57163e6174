"""The `docker` command, for the engine of a stack."""

import os
import subprocess
from collections.abc import Mapping
from typing import IO, Any

from .secrecy import redacted
from .stack import StackError
from .surroundings import cleaned

LINES = 3
"""Of what docker, or tar in a container, says last of a failure."""


def docker(given: Mapping[str, Any], *arguments: str, **streams: IO[bytes] | int) -> str:
    """Run a docker command for the engine that the section `docker` of a stack file names.

    Returns what it prints on standard output, unless `streams` (stdin, stdout, stderr) say where
    that goes. Raises `StackError` where it fails.
    """
    host, certificates = given.get("host"), given.get("cert_path")
    tls = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": certificates} if certificates else {}
    # Docker looks where Pulumi does, whatever context it has: DOCKER_HOST, or its usual socket.
    place = {"DOCKER_HOST": host} if host else {"DOCKER_CONTEXT": "default"}
    own = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    try:
        done = subprocess.run(
            ["docker", *arguments],
            env=cleaned(os.environ) | place | tls,
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
