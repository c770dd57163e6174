"""People's servers: the container that each of them gets."""

import asyncio
import sys
from pathlib import Path

here = Path(__file__).parent
sys.path.append(str(here))
import containers  # noqa: E402
import ending_pages  # noqa: E402
import lease_ends  # noqa: E402
from account_spawner import AccountSpawner  # noqa: E402
from announcement import Announcement  # noqa: E402
from endings import KEPT  # noqa: E402
from jupyterhub.app import JupyterHub  # noqa: E402
from markupsafe import escape  # noqa: E402
from notebook_spawner import NotebookSpawner  # noqa: E402
from profiles import apply_options, options_form, options_from_form  # noqa: E402
from settings import read  # noqa: E402
from words import in_words, which_gpus  # noqa: E402

settings = read(here / "settings.json")
notebook = settings.notebook
c = get_config()  # type: ignore[name-defined]  # noqa: F821  # JupyterHub provides it

c.JupyterHub.extra_handlers = ending_pages.HANDLERS
announcement = Announcement(settings.announcement_volume)
following = asyncio.get_running_loop().create_task(announcement.follow())
if settings.gpu_hours:
    look_for = lease_ends.follow(JupyterHub.instance())
    ending_leases = asyncio.get_running_loop().create_task(look_for)
c.JupyterHub.template_vars = {
    "ending_of": lambda user: KEPT.of,  # noqa: ARG005
    "announcement": lambda user: escape(announcement.line),  # noqa: ARG005
    "in_words": lambda user: in_words,  # noqa: ARG005
    "lease_end_of": lambda user: lease_ends.LeaseEnd.of,  # noqa: ARG005
    "which_gpus": lambda user: which_gpus,  # noqa: ARG005
}
c.JupyterHub.spawner_class = AccountSpawner if notebook.system_users else NotebookSpawner
c.ServerSpawner.settings = settings
c.ServerSpawner.containers = containers.read(here / "containers.json")
c.DockerSpawner.pull_policy = "never"  # Pulumi has built it
c.DockerSpawner.prefix = notebook.name_prefix
c.DockerSpawner.network_name = settings.network  # where the server's address is looked up
c.DockerSpawner.use_internal_ip = True
c.DockerSpawner.remove = True
c.DockerSpawner.notebook_dir = notebook.directory
c.Spawner.poll_interval = 10  # seconds, until a server that has ended is noticed
c.Spawner.start_timeout = 300  # seconds; ServerSpawner gives up before, and says why
c.Spawner.options_form = options_form
c.Spawner.options_from_form = options_from_form
c.Spawner.apply_user_options = apply_options  # memory, processors, GPUs
