"""The section `hub`."""

from pydantic import Field

from ..model import Settings
from .notebook import MemoryMib

MOST_SERVERS = 2**23
"""As many as the largest subnet has addresses for notebooks: half of 10.0.0.0/8."""


class HubArgs(Settings):
    """The hub's own memory, how many servers run at most, and when servers and sessions end."""

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
