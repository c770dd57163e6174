"""People's servers: the container that each of them gets."""

import json
import sys
from pathlib import Path

here = Path(__file__).parent
sys.path.append(str(here))
from notebook_container import environment, host_config  # noqa: E402
from notebook_spawner import AccountSpawner, NotebookSpawner  # noqa: E402

settings = json.loads((here / "settings.json").read_text())
notebook = settings["notebook"]
gpus = settings["gpus"]
c = get_config()  # noqa: F821  # JupyterHub provides it

c.JupyterHub.spawner_class = AccountSpawner if notebook["system_users"] else NotebookSpawner
c.NotebookSpawner.settings = settings
c.DockerSpawner.image = notebook["image"]
c.DockerSpawner.pull_policy = "never"  # Pulumi has built it
c.DockerSpawner.cmd = ["start-singleuser.sh"]  # the image's own; DockerSpawner would look it up
c.DockerSpawner.prefix = notebook["name_prefix"]
c.DockerSpawner.name_template = "{prefix}-{username}"
c.DockerSpawner.network_name = settings["network"]
c.DockerSpawner.use_internal_ip = True
c.DockerSpawner.remove = True
memory_bytes = notebook["memory_mib"] * 1024**2
c.DockerSpawner.mem_limit = memory_bytes
c.DockerSpawner.cpu_limit = notebook["cpus"]
c.DockerSpawner.notebook_dir = notebook["directory"]
c.DockerSpawner.environment = environment(notebook, gpus)
c.DockerSpawner.extra_host_config = {
    **host_config(notebook, gpus),
    "memswap_limit": memory_bytes,  # no swap beyond the memory
}
c.DockerSpawner.extra_create_kwargs = {
    "labels": {**settings["labels"], "jupyterhub.part": "notebook"},
    # start.sh needs root to grant sudo, and gives it up.
    **({"user": "root"} if notebook["sudo"] else {}),
}
