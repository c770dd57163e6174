"""The variables by which programs find the site's proxy, and what they reach without it."""

from urllib.parse import urlsplit

from .sections.gitlab import STANDIN_URL, GitLabArgs
from .sections.network import NetworkArgs
from .sections.site import SiteArgs
from .sections.web_proxy import WebProxyArgs

PUBLIC_GITLAB = "gitlab.com"
"""The one GitLab that is nobody's own, and beyond the proxy."""
OWN = ("localhost", "127.0.0.1", "::1", "hub", "proxy", urlsplit(STANDIN_URL).hostname or "")
"""What containers reach in themselves, and by the names of the stack's services."""


def variables(
    proxy: WebProxyArgs, site: SiteArgs, gitlab: GitLabArgs, network: NetworkArgs
) -> dict[str, str]:
    """Return the variables, in lower and in upper case, since programs read one or the other.

    They are empty without a proxy. The hub's address is there besides the subnet, which not every
    program understands.
    """
    if proxy.url is None:
        return {}
    hosts = [urlsplit(url).hostname or "" for url in (site.url, gitlab.url, gitlab.hub_url)]
    direct = [
        *OWN,
        *map(str, (network.hub_address, network.proxy_address, network.subnet)),
        *(host for host in hosts if host != PUBLIC_GITLAB),
        *([f".{site.domain}"] if site.domain else []),
        *proxy.no_proxy,
    ]
    values = {
        "http_proxy": proxy.url,
        "https_proxy": proxy.url,
        "no_proxy": ",".join(dict.fromkeys(direct)),
    }
    return values | {name.upper(): value for name, value in values.items()}
