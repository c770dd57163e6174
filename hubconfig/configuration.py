"""A stack's whole configuration, and the faults between its sections."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import Field

from . import proxied
from .model import Fault, Settings
from .openings import Openings
from .ports import Port, ports_of
from .sections.backup import BackupArgs
from .sections.docker import DockerArgs
from .sections.gitlab import GitLabArgs
from .sections.gpus import GpuArgs
from .sections.hub import HubArgs
from .sections.images import ImagesArgs
from .sections.network import NetworkArgs
from .sections.notebook import NotebookArgs
from .sections.profiles import Profiles
from .sections.secrets import SecretArgs
from .sections.site import SiteArgs
from .sections.tls import TlsArgs
from .sections.web_proxy import WebProxyArgs
from .servers import Servers
from .values.urls import is_loopback


class Configuration(Settings):
    """The keys of a stack file that begin with `jupyterhub:`. Each of them is a section."""

    site: SiteArgs
    network: NetworkArgs
    tls: TlsArgs = TlsArgs()
    gitlab: GitLabArgs = Field(
        examples=[{"url": "https://gitlab.example.org", "allow": {"groups": ["lab"]}}]
    )
    images: ImagesArgs = ImagesArgs()
    notebook: NotebookArgs = NotebookArgs()
    secrets: SecretArgs = SecretArgs()
    gpus: GpuArgs = GpuArgs()
    profiles: Profiles = ()
    hub: HubArgs = HubArgs()
    proxy: WebProxyArgs = WebProxyArgs()
    docker: DockerArgs = Field(default_factory=dict, validate_default=True)
    backup: BackupArgs = BackupArgs()

    @property
    def servers(self) -> Servers:
        """The sections on people's servers."""
        return Servers.model_construct(  # the sections are checked already
            notebook=self.notebook,
            gpus=self.gpus,
            profiles=self.profiles,
            secrets=self.secrets.environment,
            proxied=proxied.variables(self.proxy, self.site, self.gitlab, self.network),
        )

    @property
    def ports(self) -> dict[str, Port]:
        """The host's ports that the stack takes, by the key that determines each."""
        return ports_of(self.site, self.tls, self.gitlab)

    @property
    def openings(self) -> Openings:
        """What the firewall leaves open."""
        return Openings.of(self.site, self.gitlab, self.images, self.tls, self.proxy)

    def faults(self) -> Iterator[Fault]:
        """Yield the faults between the sections."""
        yield from self.tls.faults_at(self.site)
        if self.tls.ends_here and self.site.fronts:
            yield Fault(
                ("site.fronts", "tls.certificate"),
                "site.fronts is for a server in front that ends TLS, but with tls it ends here, "
                "and addresses are what Caddy sees: remove site.fronts, or tls",
            )
        yield from self.hub.faults_at(self.site)
        yield from self.hub.faults_with(self.servers)
        yield from self.servers.faults()
        yield from self.servers.faults_with(self.images.environments)
        yield from self.notebook.faults_with(self.docker.socket)
        if self.docker.is_local:  # labctl runs where people's files are
            yield from self.backup.faults_with(self.notebook)
        if self.gitlab.standin:
            yield from self._faults_of_the_standin()
        yield from self._faults_of_domains()

    def faults_here(self) -> Iterator[Fault]:
        """Yield a fault if the certificate in a file is not for the site's host."""
        if self.tls.key_file and not any(self.tls.faults_here()):
            yield from self.tls.faults_for(self.site)

    def _faults_of_the_standin(self) -> Iterator[Fault]:
        if not is_loopback(self.site.url):
            yield Fault(
                ("gitlab.standin", "site.url"),
                "gitlab.standin signs people in without a password, so it is for loopback "
                f"addresses only, but site.url is {self.site.url}; remove gitlab.standin, "
                "or set site.url to an address such as http://localhost:8000",
            )
        ports = self.ports
        own = ports.pop("gitlab.url")
        for key, port in ports.items():
            if port.number == own.number:
                yield Fault(
                    ("gitlab.url", key),
                    f"gitlab.url {self.gitlab.url}: the hub itself is published on that port; give "
                    "the stand-in another, such as http://localhost:8929",
                )

    def _faults_of_domains(self) -> Iterator[Fault]:
        domain, host = self.site.domain, urlsplit(self.gitlab.url).hostname or ""
        if domain and host.endswith(f".{domain}"):
            yield Fault(
                ("gitlab.url", "site.user_domains"),
                f"site.user_domains {domain}: a person called {host.removesuffix(f'.{domain}')} "
                f"would get GitLab's host {host}: give a domain that GitLab is not in",
            )
