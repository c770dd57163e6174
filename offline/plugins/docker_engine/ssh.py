"""Engines on other machines, over one connection of the `ssh` command."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import PluginError

POLL_SECONDS = 0.05
CONNECT_SECONDS = 15
"""For each address of a host's name."""
START_SECONDS = 60
"""For all until the engine's socket is there."""
ALIVE_SECONDS = 15
"""Without an answer to three questions, one in this time, ssh takes the connection for dead."""
REMOTE_SOCKET = "/var/run/docker.sock"
OPTIONS = (
    *("-T", "-oBatchMode=yes", "-oExitOnForwardFailure=yes"),
    *(f"-oConnectTimeout={CONNECT_SECONDS}", f"-oServerAliveInterval={ALIVE_SECONDS}"),
)
TUNNEL = 'ssh "$@" cat; rm -r "$0"'
"""Ends with this process: `cat` reads the end of its input then, and ssh and its socket go too."""


class Tunnel:
    """A `unix://` address of the engine at `ssh://[user@]name[:port][/socket]`, while this lives.

    The key and the host have to be known to `ssh`, which asks nothing. Raises `PluginError` with
    what it says, or where `host` is no such address.
    """

    def __init__(self, host: str) -> None:
        remote, *who = _parts(host)
        folder = Path(tempfile.mkdtemp(prefix="jupyterhub-engine-"))
        local = folder / "engine.sock"
        self.address = f"unix://{local}"
        with tempfile.TemporaryFile("w+") as said:
            self._ssh = subprocess.Popen(
                ["sh", "-c", TUNNEL, folder, *OPTIONS, f"-L{local}:{remote}", *who],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            )
            deadline = time.monotonic() + START_SECONDS
            while not local.exists():
                why = ""
                if self._ssh.poll() is not None:
                    said.seek(0)
                    why = said.read().strip() or "ssh ended"
                elif time.monotonic() > deadline:
                    os.killpg(self._ssh.pid, signal.SIGKILL)
                    shutil.rmtree(folder)
                    why = f"ssh is not through within {START_SECONDS} s"
                if why:
                    self.close()
                    msg = f"cannot reach the Docker engine at {host}: {why}"
                    raise PluginError(msg)
                time.sleep(POLL_SECONDS)

    def close(self) -> None:
        """End the connection; the end of this process does too."""
        self._ssh.communicate()


def _parts(host: str) -> tuple[str, ...]:
    """Return the path of an engine's socket, and how `ssh` is told of its machine."""
    try:
        parts = urlsplit(host)
        port = parts.port
    except ValueError as error:
        msg = f"cannot reach the Docker engine at {host}: {error}; write it as ssh://root@lab:22"
        raise PluginError(msg) from error
    # As it is written, since ssh's configuration tells GPU1 from gpu1; `hostname` is lower case.
    name = parts.netloc.removesuffix(f":{port}").replace("[", "").replace("]", "")
    socket = parts.path.rstrip("/") or REMOTE_SOCKET
    return (socket, *((f"-p{port}",) if port else ()), "--", name)
