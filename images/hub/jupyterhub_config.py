"""The hub's configuration. settings.json has the settings, the environment has the secrets.

`components/hub.py` writes settings.json and sets GITLAB_CLIENT_ID, GITLAB_CLIENT_SECRET,
CONFIGPROXY_AUTH_TOKEN, JPY_COOKIE_SECRET and JUPYTERHUB_CRYPT_KEY, which JupyterHub and the
authenticator read themselves, and LABCTL_API_TOKEN, which services_config.py does.
"""

import sys
from pathlib import Path

here = Path(__file__).parent
sys.path.append(str(here))
from connections import BODY_SECONDS, LARGEST_BODY, HubServer  # noqa: E402
from settings import read  # noqa: E402
from tornado.httpserver import HTTPServer  # noqa: E402

settings = read(here / "settings.json")
c = get_config()  # type: ignore[name-defined]  # noqa: F821  # JupyterHub provides it

c.JupyterHub.public_url = settings.site_url
c.JupyterHub.hub_bind_url = "http://0.0.0.0:8081"
c.JupyterHub.hub_connect_url = f"http://{settings.hub_address}:8081"
c.JupyterHub.db_url = "sqlite:////srv/jupyterhub/jupyterhub.sqlite"
c.JupyterHub.upgrade_db = True  # for a newer JupyterHub; it keeps a copy of the old file
c.JupyterHub.pid_file = ""
c.JupyterHub.active_server_limit = settings.active_servers or 0  # 0: no limit
c.JupyterHub.allow_named_servers = settings.named_servers > 0
c.JupyterHub.named_server_limit_per_user = settings.named_servers
c.JupyterHub.template_paths = [str(here / "templates")]
c.JupyterHub.trusted_downstream_ips = settings.fronts

# JupyterHub has no setting for this.
HubServer.proxy_address = settings.proxy_address
HTTPServer.configure(
    HubServer,
    max_body_size=LARGEST_BODY,
    max_buffer_size=LARGEST_BODY,
    body_timeout=BODY_SECONDS,
)

# The proxy and people's servers outlive this container: find them again, end none of them.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
c.ConfigurableHTTPProxy.should_start = False
# A replaced proxy has lost the routes to people's servers. At this interval the hub restores them.
c.JupyterHub.last_activity_interval = 10  # seconds
c.ConfigurableHTTPProxy.api_url = settings.proxy_api_url

# The last adds to what those before it set; `extra` is the site's own: hub.extra_config.
for part in ("login", "spawner", "services", "domains", "extra"):
    if (here / f"{part}_config.py").exists():
        load_subconfig(f"{part}_config.py", path=str(here))  # type: ignore[name-defined]  # noqa: F821
