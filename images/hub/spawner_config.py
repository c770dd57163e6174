"""People's servers: the container that each of them gets."""

import json
from pathlib import Path

settings = json.loads(Path("/etc/jupyterhub/settings.json").read_text())
notebook = settings["notebook"]
c = get_config()  # noqa: F821  # JupyterHub provides it

c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = notebook["image"]
c.DockerSpawner.pull_policy = "never"  # Pulumi has built it
c.DockerSpawner.prefix = notebook["name_prefix"]
c.DockerSpawner.name_template = "{prefix}-{username}"
c.DockerSpawner.network_name = settings["network"]
c.DockerSpawner.use_internal_ip = True
c.DockerSpawner.remove = True
c.DockerSpawner.mem_limit = notebook["memory_mib"] * 1024**2
c.DockerSpawner.cpu_limit = notebook["cpus"]
c.DockerSpawner.notebook_dir = notebook["directory"]
c.DockerSpawner.mounts = [
    {
        "type": "volume",
        "source": f"{notebook['volume_prefix']}-{{username}}",
        "target": notebook["directory"],
        "labels": {**settings["labels"], "jupyterhub.part": "home"},
    }
]
c.DockerSpawner.extra_create_kwargs = {
    "labels": {**settings["labels"], "jupyterhub.part": "notebook"}
}
c.DockerSpawner.extra_host_config = {
    "init": False,  # tini is in the image
    "security_opt": ["no-new-privileges"],
    "pids_limit": notebook["pids"],
    "restart_policy": {"Name": "no"},
}
