"""What each person's server is."""

from typing import Any

from pydantic import Field

from .settings import Settings, Stack


class NotebookArgs(Settings):
    """The user that a notebook runs as, and what it may use at most."""

    user: str = Field("ubuntu", pattern=r"^[a-z_][a-z0-9_-]{0,31}$")
    uid: int = Field(1000, ge=1, le=60000)
    gid: int = Field(100, ge=1, le=60000)
    memory_mib: int = Field(2048, ge=256)
    cpus: float = Field(2, gt=0)
    pids: int = Field(4096, ge=64)

    def hub_settings(self, stack: Stack) -> dict[str, Any]:
        """Return what images/hub/spawner_config.py reads, but for the image."""
        return {
            "name_prefix": f"{stack.prefix}-notebook",
            "volume_prefix": f"{stack.prefix}-home",
            "directory": f"/home/{self.user}/work",
            "memory_mib": self.memory_mib,
            "cpus": self.cpus,
            "pids": self.pids,
        }
