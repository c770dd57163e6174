"""The line that every page shows. Pulumi changes it while the hub runs."""

import asyncio
from contextlib import closing
from dataclasses import dataclass, field

import docker
from docker.errors import DockerException, NotFound

LABEL = "jupyterhub.announcement"
"""The label of the volume in which it is."""
LOOK_SECONDS = 5
"""How long the hub waits between two looks, and for the engine's answer."""


@dataclass
class Announcement:
    """What the label of a volume says; empty if there is no such volume."""

    volume: str
    line: str = field(default="", init=False)

    async def follow(self) -> None:
        """Look for as long as the hub runs."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Read the label. While the engine does not answer, the line stays as it is."""
        try:
            with closing(docker.APIClient(version="auto", timeout=LOOK_SECONDS)) as client:
                found = client.inspect_volume(self.volume)
        except NotFound:
            self.line = ""
        except (DockerException, OSError):
            return
        else:
            self.line = (found["Labels"] or {}).get(LABEL, "")
