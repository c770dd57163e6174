"""The hub's configuration: settings.json says what is wanted here, the environment holds secrets.

`components/hub.py` writes settings.json (its `HubSettings` names every key) and sets
GITLAB_CLIENT_ID, GITLAB_CLIENT_SECRET, CONFIGPROXY_AUTH_TOKEN, JPY_COOKIE_SECRET and
JUPYTERHUB_CRYPT_KEY, which JupyterHub and the authenticator read themselves.
"""

import json
from pathlib import Path

settings = json.loads(Path("/etc/jupyterhub/settings.json").read_text())
c = get_config()  # noqa: F821  # JupyterHub provides it

c.JupyterHub.public_url = settings["site_url"]
c.JupyterHub.hub_bind_url = "http://0.0.0.0:8081"
c.JupyterHub.hub_connect_url = f"http://{settings['hub_address']}:8081"
c.JupyterHub.db_url = "sqlite:////srv/jupyterhub/jupyterhub.sqlite"
c.JupyterHub.pid_file = ""
c.JupyterHub.template_paths = ["/etc/jupyterhub/templates"]

# The proxy and people's servers outlive this container: find them again, end none of them.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = settings["proxy_api_url"]

gitlab = settings["gitlab"]
c.JupyterHub.authenticator_class = "oauthenticator.gitlab.GitLabOAuthenticator"
c.GitLabOAuthenticator.gitlab_url = gitlab["internal_url"]  # where this container reaches GitLab
c.GitLabOAuthenticator.authorize_url = f"{gitlab['url']}/oauth/authorize"  # where browsers do
c.GitLabOAuthenticator.oauth_callback_url = gitlab["callback_url"]
c.GitLabOAuthenticator.scope = gitlab["scopes"]
c.GitLabOAuthenticator.enable_auth_state = True
c.GitLabOAuthenticator.auto_login = True  # straight to GitLab: there is no other way in
c.GitLabOAuthenticator.allow_all = gitlab["allow_everyone"]
c.GitLabOAuthenticator.allowed_users = set(gitlab["allowed_users"])
c.GitLabOAuthenticator.allowed_gitlab_groups = set(gitlab["allowed_groups"])
c.GitLabOAuthenticator.admin_users = set(gitlab["admin_users"])

notebook = settings["notebook"]
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
