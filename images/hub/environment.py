"""What a server is told in its environment, besides what JupyterHub tells it."""

import json
import os
from typing import TYPE_CHECKING

from lease_ends import LeaseEnd
from refusals import roomier

if TYPE_CHECKING:
    from server_spawner import ServerSpawner

SECRETS: dict[str, str] = json.loads(os.environ.get("NOTEBOOK_SECRETS", "{}"))
"""Variables of all servers that settings and containers.json do not show."""


def of(spawner: "ServerSpawner") -> dict[str, str]:
    """Return the variables that start-singleuser.sh, terminals and the server's extensions read."""
    settings, end = spawner.settings, LeaseEnd.of(spawner)
    own = {
        "JUPYTERHUB_RESCUE": "1" if spawner.rescue else "",
        "JUPYTERHUB_ROOMIER": ", ".join(roomier(spawner)),
        "JUPYTERHUB_EMBED_IN": " ".join(settings.embed_in),
        "JUPYTERHUB_COMPUTING_IS_ACTIVE": "1" if settings.computing_is_active else "",
        "JUPYTERHUB_GPUS_UNTIL": end.for_programs if end else "",
    }
    return {name: value for name, value in own.items() if value}
