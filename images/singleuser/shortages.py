"""Tells people where they work that memory, or the room in their home, is used up.

This is an extension of Jupyter's server. What it says of a kernel stands in the output of the cell
that ran, which JupyterLab and every other front end shows.
"""

import os
from pathlib import Path
from typing import ClassVar
from weakref import WeakKeyDictionary

from jupyter_server.services.contents.manager import AsyncContentsManager
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from nbformat.sign import SQLiteSignatureStore
from shortages_of_files import FULL, is_full, is_signed, opening, saving

COUNTS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")
"""Where Linux tells, after `oom_kill`, how many processes of this container it has ended for lack
of memory: cgroup v2 in the first file, v1 in the other."""
KILLED = {-9, 137}
"""What a kernel ends with that was killed, and a shell or `conda run` whose kernel was."""


class Connection(ZMQChannelsWebsocketConnection):
    """The connection of a client with a kernel, in which the server has a say, too."""

    cells: ClassVar = WeakKeyDictionary()
    """By kernel, for all who are connected with it: the request to run its latest cell, and how
    many processes Linux had ended when that began."""
    told = False
    """Whether the client knows that the home is full."""

    def connect(self):
        """Take note of what Linux has ended before."""
        self.cells.setdefault(self.kernel_manager, ({}, ended()))
        return super().connect()

    def handle_outgoing_message(self, stream, outgoing_msg):
        """Pass on what the kernel says, and take note when it begins with a cell."""
        super().handle_outgoing_message(stream, outgoing_msg)
        _, (_, header, request, *_) = self.session.feed_identities(outgoing_msg)
        if b"execute_input" not in header:
            return
        request = self.session.unpack(request)
        if request != self.cells[self.kernel_manager][0]:  # another page may know already
            self.cells[self.kernel_manager] = (request, ended())
        full = is_full(Path.home())
        if full and not self.told:
            self.write_stderr(FULL, request)
        self.told = full

    def on_kernel_restarted(self):
        """Tell why, before the front end forgets the cell."""
        self.tell_of_memory()
        super().on_kernel_restarted()

    def on_restart_failed(self):
        """Tell why, before the front end forgets the cell."""
        self.tell_of_memory()
        super().on_restart_failed()

    def tell_of_memory(self):
        """Tell whoever waits for the cell if the kernel was ended for lack of memory."""
        iopub = self.channels.get("iopub")
        if iopub and not iopub.closed():
            iopub.flush()  # what the kernel said before it ended, which cell it was in among that
        request, before = self.cells[self.kernel_manager]
        process = getattr(self.kernel_manager.provisioner, "process", None)
        if process and process.returncode in KILLED and ended() > before:
            self.write_stderr(lack_of_memory(), request)


def ended():
    """Return how many processes of this container Linux has ended for lack of memory."""
    for file in filter(os.path.exists, COUNTS):
        counts = dict(line.split() for line in Path(file).read_text().splitlines())
        return int(counts.get("oom_kill", 0))  # Linux counts them since 4.13
    return 0


def lack_of_memory():
    """Return why a kernel was ended, and what helps; the hub knows the profiles with more."""
    limit, roomier = os.environ.get("MEM_LIMIT"), os.environ.get("JUPYTERHUB_ROOMIER")
    size = f" of {int(limit) // 2**20} MiB" if limit else ""
    more = f", or a server with more: {roomier}" if roomier else ""
    return (
        f"The kernel was ended because your server's memory{size} was used up. What helps: "
        f"to shut down other kernels, smaller data{more}."
    )


def _jupyter_server_extension_points():
    return [{"module": "shortages"}]


def _load_jupyter_server_extension(app):
    settings = app.web_app.settings
    # People's own settings may ask for another, as for kernels behind a gateway.
    if settings["kernel_websocket_connection_class"] is ZMQChannelsWebsocketConnection:
        settings["kernel_websocket_connection_class"] = Connection
    if isinstance(app.contents_manager, AsyncContentsManager):
        app.contents_manager.save = saving(app.contents_manager.save)
        app.contents_manager.get = opening(app.contents_manager.get)
    SQLiteSignatureStore.check_signature = is_signed
