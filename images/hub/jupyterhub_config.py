"""The hub's configuration: settings.json says what is wanted here, the environment holds secrets.

`components/hub.py` writes settings.json and sets GITLAB_CLIENT_ID, GITLAB_CLIENT_SECRET,
CONFIGPROXY_AUTH_TOKEN, JPY_COOKIE_SECRET and JUPYTERHUB_CRYPT_KEY, which JupyterHub and the
authenticator read themselves, and LABCTL_API_TOKEN, which services_config.py does.
"""

import json
from pathlib import Path

settings = json.loads(Path("/etc/jupyterhub/settings.json").read_text())
c = get_config()  # noqa: F821  # JupyterHub provides it

c.JupyterHub.public_url = settings["site_url"]
c.JupyterHub.hub_bind_url = "http://0.0.0.0:8081"
c.JupyterHub.hub_connect_url = f"http://{settings['hub_address']}:8081"
c.JupyterHub.db_url = "sqlite:////srv/jupyterhub/jupyterhub.sqlite"
c.JupyterHub.upgrade_db = True  # a newer JupyterHub's tables; a copy of the file stays beside it
c.JupyterHub.pid_file = ""
c.JupyterHub.active_server_limit = settings["active_servers"] or 0  # 0: no limit
c.JupyterHub.template_paths = ["/etc/jupyterhub/templates"]

# The proxy and people's servers outlive this container: find them again, end none of them.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
c.ConfigurableHTTPProxy.should_start = False
# The proxy forgets the way to people's servers when it is replaced, and this is when it is told.
c.JupyterHub.last_activity_interval = 10  # seconds
c.ConfigurableHTTPProxy.api_url = settings["proxy_api_url"]

load_subconfig("/etc/jupyterhub/login_config.py")  # noqa: F821  # traitlets provides it
load_subconfig("/etc/jupyterhub/spawner_config.py")  # noqa: F821
load_subconfig("/etc/jupyterhub/services_config.py")  # noqa: F821
