"""Connects to engines on other machines by the `ssh` command."""

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
"""How long ssh tries to connect to each address of a host's name."""
START_SECONDS = 60
"""How long it may take in all until the engine's socket is there."""
ALIVE_SECONDS = 15
"""How long ssh waits for an answer of the other side before it asks again; it asks three times."""
REMOTE_SOCKET = "/var/run/docker.sock"
OPTIONS = (
    *("-T", "-oBatchMode=yes", "-oExitOnForwardFailure=yes"),
    *(f"-oConnectTimeout={CONNECT_SECONDS}", f"-oServerAliveInterval={ALIVE_SECONDS}"),
)
TUNNEL = 'ssh "$@" cat; rm -r "$0"'
"""The shell command that runs ssh. When this process ends, `cat` reads the end of its input, ssh
ends, and the folder with the socket is removed."""


class Tunnel:
    """A connection by which the engine at `host` has an address on this machine, `unix://…`.

    `host` is `ssh://[user@]name[:port][/socket]`. `ssh` has to know the key and the host, since it
    asks nobody. Raises `PluginError` with what ssh says, or if `host` is no such address.
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
        """End the connection, as the end of this process does."""
        self._ssh.communicate()


def _parts(host: str) -> tuple[str, ...]:
    """Return the path of an engine's socket, then the arguments of `ssh` for its machine."""
    try:
        parts = urlsplit(host)
        port = parts.port
    except ValueError as error:
        msg = f"cannot reach the Docker engine at {host}: {error}; write it as ssh://root@lab:22"
        raise PluginError(msg) from error
    # The name as written: ssh's configuration tells GPU1 from gpu1; `hostname` is lower case.
    name = parts.netloc.removesuffix(f":{port}").replace("[", "").replace("]", "")
    socket = parts.path.rstrip("/") or REMOTE_SOCKET
    return (socket, *((f"-p{port}",) if port else ()), "--", name)
