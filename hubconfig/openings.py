"""What a stack's firewall leaves open."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from .ports import Port, ports_of
from .sections.gitlab import GitLabArgs
from .sections.images import ImagesArgs
from .sections.site import SiteArgs
from .sections.tls import TlsArgs
from .sections.web_proxy import WebProxyArgs
from .values.urls import is_loopback, port_of

SSH = 22


@dataclass(frozen=True)
class Openings:
    """The host's ports that the stack takes, and what is open to notebooks whatever else is not.

    `reached` is a list of `host:port`: the hub's own site, GitLab, also by ssh, the site's proxy,
    and the mirrors that stay in notebooks, since people clone and install from those in the same
    private network.
    """

    ports: tuple[Port, ...]
    reached: tuple[str, ...]

    @classmethod
    def of(
        cls,
        site: SiteArgs,
        gitlab: GitLabArgs,
        images: ImagesArgs,
        tls: TlsArgs | None = None,
        proxy: WebProxyArgs | None = None,
    ) -> "Openings":
        """Return the openings that these sections ask for."""
        own = proxy.url if proxy else None
        reached = dict.fromkeys(_reached(own, site.url, gitlab, images))
        return cls((*ports_of(site, tls, gitlab).values(),), (*reached,))


def _reached(proxy: str | None, site: str, gitlab: GitLabArgs, images: ImagesArgs) -> Iterator[str]:
    mirrors = images.mirrors
    kept = (mirrors.apt, mirrors.pypi, mirrors.conda, mirrors.git) if mirrors.keep else ()
    gitlabs = () if gitlab.standin else (gitlab.url, gitlab.hub_url)
    for url in (site, *gitlabs, *kept, proxy):
        if url and not is_loopback(url):  # which in a notebook is its own
            host = urlsplit(url).hostname
            yield f"{host}:{port_of(url)}"
            if url in gitlabs:
                yield f"{host}:{SSH}"
