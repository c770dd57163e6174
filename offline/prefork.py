"""Starts the language host and the plug-ins, which the Pulumi CLI runs as programs of their own.

One command starts five of them, and each would import the SDK anew. Therefore the first one starts
a server that imports everything once, and every one of them is a fork of it: a preview of this
project with nothing to do takes half the time (2.0 s for 3.9 s on two cores). The server ends
with the CLI.

This file is the client (`prefork.py NAME ARGUMENTS…`, standard library only, so that it starts
in 20 ms) and the server (`prefork.py --serve SOCKET CLI_PID`).
"""

import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
PYTHON = REPOSITORY / ".venv/bin/python"
START_SECONDS = 10
SIZE = 1 << 20
"""More bytes than a request, arguments and environment, can have: Linux allows 2 MiB to both."""


def request(name: str, arguments: list[str]) -> int:
    """Have the server run `name` with this process's files, environment and folder.

    Returns its exit status. The fork ends when this process does, however it ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback: the CLI ends plug-ins with it
    cli = os.getppid()
    folder = REPOSITORY / ".state/run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with connect(folder / f"{cli}.sock", cli) as server:
        message = {"name": name, "arguments": arguments, "cwd": str(Path.cwd())}
        body = json.dumps(message | {"environment": dict(os.environ)}).encode()
        socket.send_fds(server, [len(body).to_bytes(4, "big")], [0, 1, 2])
        server.sendall(body)
        status = server.recv(1)
        return status[0] if status else 1


def connect(path: Path, cli: int) -> socket.socket:
    """Return a connection to the CLI's server, which is started if there is none."""
    deadline = time.monotonic() + START_SECONDS
    started = False
    while True:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(short(path))
        except OSError:
            server.close()
            if not started:
                with (path.parent / "log").open("w") as log:
                    subprocess.Popen(
                        [PYTHON, __file__, "--serve", path, str(cli)],
                        cwd="/",
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                started = True
            elif time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return server


def short(path: Path) -> str:
    """Return a name for `path` that fits into a socket's address, 107 bytes, in any checkout."""
    return f"/proc/self/fd/{os.open(path.parent, os.O_PATH)}/{path.name}"


def serve(path: Path, cli: int) -> None:
    """Fork a child for each request until the process `cli` ends."""
    lock = path.with_suffix(".lock")
    try:
        # Held while it serves: nobody starts a second.
        fcntl.flock(os.open(lock, os.O_CREAT | os.O_RDWR, 0o600), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    path.unlink(missing_ok=True)  # of a server that was killed, whose CLI had the same number
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(short(path))  # before the imports: whoever comes meanwhile waits
    listener.listen()
    alive: Any = os.pidfd_open(cli)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.path.insert(0, str(REPOSITORY))
    from offline import language_host  # noqa: PLC0415  # only here, after the bind
    from offline.plugins import serve as plugins  # noqa: PLC0415

    programs: dict[str, Callable[[], None]] = {"python": language_host.main}
    programs |= {name: partial(plugins.main, name) for name in plugins.MODULES}
    preload = list(language_host.required_plugins())
    while True:
        # What programs import is loaded while the CLI is busy with something else.
        ready, _, _ = select.select([listener, alive], [], [], 0 if preload else None)
        if alive in ready:
            path.unlink()
            lock.unlink()
            return
        if listener in ready:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                child(connection, programs)
            connection.close()
        elif preload:
            __import__(f"pulumi_{preload.pop()['name']}")


def child(connection: socket.socket, programs: dict[str, Callable[[], None]]) -> None:
    """Become the program that was asked for; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, files, _, _ = socket.recv_fds(connection, 4, 3)
    body = b""
    while len(body) < int.from_bytes(size, "big"):
        part = connection.recv(SIZE)
        if not part:
            os._exit(1)  # the client has gone
        body += part
    message = json.loads(body)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(message["environment"])
    os.chdir(message["cwd"])
    sys.argv = [message["name"], *message["arguments"]]

    def end_with_the_client() -> None:
        connection.recv(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=end_with_the_client, daemon=True).start()
    status = 1
    try:
        programs[message["name"]]()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        with suppress(BrokenPipeError):  # the client has gone
            connection.send(bytes([status]))
        os._exit(status)


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(request(sys.argv[1], sys.argv[2:]))
