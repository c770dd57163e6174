"""Where people's servers are: at the hub's host, or each at a host name of its own.

With names of their own, what somebody's server shows is another origin to browsers than the hub,
and than other people's servers.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

here = Path(__file__).parent
sys.path.append(str(here))
from settings import read  # noqa: E402
from user_domains import Elsewhere, Known, UserDomains  # noqa: E402

settings = read(here / "settings.json")
domain = settings.user_domains
c = get_config()  # type: ignore[name-defined]  # noqa: F821  # JupyterHub provides it

if domain not in {None, "none"}:
    site = urlsplit(settings.site_url)
    c.JupyterHub.subdomain_host = f"{site.scheme}://{domain}" + (
        f":{site.port}" if site.port else ""
    )
    c.JupyterHub.subdomain_hook = UserDomains(domain)
    # Requests by any other name come to Elsewhere, by the proxy's default: components/proxy.py.
    c.JupyterHub.hub_routespec = f"{site.hostname}/"
    c.JupyterHub.extra_handlers.extend(
        [
            (r"/elsewhere(/.*)", Elsewhere, {"site_url": settings.site_url}),
            (r"/known", Known, {"site_host": site.hostname}),
        ]
    )
    if site.scheme == "https":
        # A page on another name below the same domain cannot set such a cookie for the hub.
        c.JupyterHub.cookie_host_prefix_enabled = True
    # Cookies of the hub are for its host alone. JupyterHub would send the session's to all servers
    # of other people below its name, and takes this for the cookie's domain.
    c.JupyterHub.tornado_settings.update({"domain": ""})
