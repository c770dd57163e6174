"""The section `hub`."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from ..model import Fault, Settings
from .notebook import MemoryMib

MOST_SERVERS = 2**23
"""As many as the largest subnet has addresses for notebooks: half of 10.0.0.0/8."""


class HubArgs(Settings):
    """The hub's memory, its own configuration, and when servers and sessions end."""

    memory_mib: MemoryMib = 1024
    """How much memory the hub's container can use, in MiB."""
    active_servers: int | None = Field(None, ge=1, le=MOST_SERVERS, examples=[20])
    """The largest number of servers that may run at the same time; by default there is no limit."""
    idle_hours: float | None = Field(None, ge=0.25, le=8784, allow_inf_nan=False, examples=[24])
    """The number of hours without activity after which a server is stopped; by default servers are
    never stopped. Servers report their activity every 5 minutes."""
    session_hours: float = Field(12, ge=0.25, le=744, allow_inf_nan=False)
    """The number of hours after which people sign in again. Whoever is still signed in to GitLab
    then notices no more than that pages load anew."""
    extra_config: str | None = Field(None, min_length=1, examples=["extra_config.py"])
    """A file of Python on this machine, which the hub reads after all of its own configuration, as
    JupyterHub reads a `jupyterhub_config.py`: for what no key says. It can undo what keys say, and
    what docs/security.md does."""

    def faults_here(self) -> Iterator[Fault]:
        """Yield why `extra_config` cannot be read as Python."""
        if self.extra_config:
            try:
                compile(Path(self.extra_config).read_bytes(), self.extra_config, "exec")
            except OSError as error:
                why = f"extra_config {self.extra_config} cannot be read: {error.strerror}"
                yield Fault(("extra_config",), why)
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", None)
                where = f"{self.extra_config}, line {line}" if line else self.extra_config
                why = f"extra_config {where} is no Python ({error.args[0]}): mend it"
                yield Fault(("extra_config",), why)
