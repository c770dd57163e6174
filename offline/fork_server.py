"""Forks the language host and the plug-ins of one Pulumi command: `fork_server.py SOCKET CLI_PID`.

It imports what they need once, and ends with the CLI. `fork_client.py` starts it, in the socket's
folder, and sends it one request for each program: the three standard streams together with the
length of what follows (4 bytes, big-endian), then name, arguments, environment and folder as JSON.
The answer is the program's exit status, one byte.
"""

import fcntl
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
SIZE = 1 << 20
"""How many bytes of a request are read at a time. Linux allows arguments and environment 2 MiB
together."""


def serve(address: Path, cli: int) -> None:
    """Fork a child for each request until the process `cli` ends."""
    lock = address.with_suffix(".lock")
    try:
        # The lock is held while this process serves, so that no second one does.
        fcntl.flock(os.open(lock, os.O_CREAT | os.O_RDWR, 0o600), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    address.unlink(missing_ok=True)  # left by a killed server whose CLI had the same process id
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(address))  # before the imports: clients that come meanwhile wait
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
        # What programs import is loaded while no request waits.
        ready, _, _ = select.select([listener, alive], [], [], 0 if preload else None)
        if alive in ready:
            address.unlink()
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
        with suppress(ConnectionResetError):  # the client has gone, with something unread
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
        with suppress(ConnectionError):  # the client has gone
            connection.send(bytes([status]))
        os._exit(status)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
