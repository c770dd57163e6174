"""Counts computing as activity, where the hub says so, and so that it does not stop the server.

This is an extension of Jupyter's server. By itself Jupyter counts what kernels and terminals print,
and a long computation can print nothing.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from tornado.ioloop import PeriodicCallback

SECONDS = 20
"""How often it looks. The hub is told every 5 minutes, and stops no server within 15."""
LEAST = 0.05
"""How much of one processor's time is computing, on average between two looks: a server whose pages
are closed takes less than 0.01."""
USED = {"cpu.stat": 1e6, "cpuacct/cpuacct.usage": 1e9}
"""Where Linux tells how long processors have worked for this container, and in which part of a
second: cgroup v2 in the first file, v1 in the other."""


class Computing:
    """Looks whether a server's kernels are busy, or its processes use a processor."""

    def __init__(self, settings, groups=Path("/sys/fs/cgroup")):
        self.settings, self.groups = settings, groups
        self.used = self.used_seconds()

    def look(self):
        """Take note if it computes now, or has since the last look."""
        before, self.used = self.used, self.used_seconds()
        kernels = self.settings["kernel_manager"].list_kernels()
        busy = any(kernel["execution_state"] == "busy" for kernel in kernels)
        if busy or self.used - before > LEAST * SECONDS:
            self.settings["last_activity_times"]["computing"] = datetime.now(UTC)

    def used_seconds(self):
        """Return how long processors have worked for this container, in seconds."""
        for name, parts in USED.items():
            if (file := self.groups / name).exists():
                return int(file.read_text().split("usage_usec ")[-1].split()[0]) / parts
        return 0


def _jupyter_server_extension_points():
    return [{"module": "computing"}]


def _load_jupyter_server_extension(app):
    if os.environ.get("JUPYTERHUB_COMPUTING_IS_ACTIVE"):
        PeriodicCallback(Computing(app.web_app.settings).look, SECONDS * 1000).start()
