"""The section `hub`."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field

from ..model import Fault, Settings
from ..servers import Servers
from ..values.lines import Line
from ..values.urls import SiteUrl, is_same_site
from .notebook import MemoryMib
from .site import SiteArgs

MOST_SERVERS = 2**23
"""As many as the largest subnet has addresses for notebooks: half of 10.0.0.0/8."""


class HubArgs(Settings):
    """The hub's memory, its own configuration, and when servers and sessions end."""

    memory_mib: MemoryMib = 1024
    """How much memory the hub's container can use, in MiB."""
    active_servers: int | None = Field(None, ge=1, le=MOST_SERVERS, examples=[20])
    """The largest number of servers that may run at the same time; by default there is no limit."""
    idle_hours: float | None = Field(None, ge=0.25, le=8784, allow_inf_nan=False, examples=[24])
    """The number of hours without activity after which a server is stopped; by default servers are
    never stopped. Servers report their activity every 5 minutes."""
    computing_is_active: bool = False
    """Whether a server that computes counts as active, and `idle_hours` leaves it alone although it
    prints nothing: a kernel is busy, or what runs there uses more than 5 % of a processor."""
    session_hours: float = Field(12, ge=0.25, le=744, allow_inf_nan=False)
    """The number of hours after which people sign in again. Whoever is still signed in to GitLab
    then notices no more than that pages load anew."""
    named_servers: int = Field(0, ge=0, le=100)
    """How many servers a person may have besides the first, each with a name and a profile of its
    own. They have one home, and use together no more memory and GPUs than a person may have."""
    person_memory_mib: MemoryMib | None = Field(None, examples=[8192])
    """How much memory all servers of a person can have together, in MiB; by default what the
    largest of the profiles that they may choose has. For GPUs, the profile with the most counts."""
    announcement: Line | None = Field(
        None, examples=["On Friday at 18:00 the hub is away for an hour."]
    )
    """A line that every page of the hub shows. It changes while the hub runs."""
    embed_in: tuple[SiteUrl, ...] = Field((), examples=[["https://portal.example.org"]])
    """The sites whose pages may show the hub, and people's servers, in an iframe. They have to be
    of the hub's own domain: on other pages, browsers send the hub no cookies."""
    extra_config: str | None = Field(None, min_length=1, examples=["extra_config.py"])
    """A file of Python on this machine, which the hub reads after all of its own configuration, as
    JupyterHub reads a `jupyterhub_config.py`: for what no key says. It can undo what keys say, and
    what docs/security.md does."""

    def faults_at(self, site: SiteArgs) -> Iterator[Fault]:
        """Yield faults between this section and `site`; their keys begin with the section."""
        ours = {"site.url": site.url}
        if site.domain:
            ours["site.user_domains"] = f"{urlsplit(site.url).scheme}://{site.domain}"
        for url in self.embed_in:
            if _is_peoples(url, site):
                yield Fault(
                    ("hub.embed_in", "site.url", "site.user_domains"),
                    f"hub.embed_in {url} is where people's servers are: a page of theirs could "
                    "lead who opens it to click in the hub unseen; give another site's address",
                )
            for key, our in ours.items():
                if not is_same_site(url, our):
                    yield Fault(
                        ("hub.embed_in", key),
                        f"hub.embed_in {url}: on pages of another site than {our}, browsers send "
                        "it no cookies, so that nobody could sign in there: give both addresses "
                        "one scheme and one domain, such as portal.example.org for hub.example.org",
                    )

    def faults_with(self, servers: Servers) -> Iterator[Fault]:
        """Yield faults between this section and those on servers."""
        if self.computing_is_active and not self.idle_hours:
            yield Fault(
                ("hub.computing_is_active", "hub.idle_hours"),
                "hub.computing_is_active is for servers that hub.idle_hours would stop: set that, "
                "or remove it",
            )
        memories = servers.memories_mib
        most = self.person_memory_mib or max(memories)
        keys = ("hub.person_memory_mib", "hub.named_servers")
        if self.person_memory_mib and not self.named_servers:
            yield Fault(
                keys,
                "hub.person_memory_mib is for people with several servers: set hub.named_servers, "
                "or remove it",
            )
        elif most < max(memories):
            yield Fault(
                keys[:1],
                f"hub.person_memory_mib {most} is less than one server can have, {max(memories)}: "
                "give at least that",
            )
        elif self.named_servers and most < 2 * min(memories):
            yield Fault(
                keys,
                f"hub.named_servers: all servers of a person have {most} MiB together, and the "
                f"smallest has {min(memories)}, so that only one could run: set "
                f"hub.person_memory_mib, such as to {2 * min(memories)}",
            )

    def faults_here(self) -> Iterator[Fault]:
        """Yield why `extra_config` cannot be read as Python."""
        if self.extra_config:
            try:
                compile(Path(self.extra_config).read_bytes(), self.extra_config, "exec")
            except OSError as error:
                why = f"extra_config {self.extra_config} cannot be read: {error.strerror}"
                yield Fault(("extra_config",), why)
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", None)
                where = f"{self.extra_config}, line {line}" if line else self.extra_config
                why = f"extra_config {where} is no Python ({error.args[0]}): mend it"
                yield Fault(("extra_config",), why)


def _is_peoples(url: str, site: SiteArgs) -> bool:
    """Tell whether a URL is, or can be, that of somebody's server."""
    if site.domain is None:
        return urlsplit(url).netloc == urlsplit(site.url).netloc
    return (urlsplit(url).hostname or "").endswith(f".{site.domain}")
