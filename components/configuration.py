"""A stack's configuration: its sections, and how they are read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import config as runtime
from pydantic import Field, ValidationError

from .backup import BackupArgs
from .engine import DockerArgs
from .faults import explain
from .gitlab_settings import GitLabArgs
from .gpus import GpuArgs
from .hub import HubArgs
from .images import ImagesArgs
from .neighbours import conflicts
from .network import NetworkArgs
from .notebook import NotebookArgs
from .profiles import Profiles
from .servers import Servers
from .settings import Settings
from .site import DEFAULT_PORTS, SiteArgs, is_loopback, port_of
from .tls import TlsArgs

CLIENT_SECRET = "gitlabClientSecret"  # noqa: S105  # a key, not a secret
"""The one key that is no section: docs/sign-in.md."""


class Configuration(Settings):
    """The stack file's `jupyterhub:` keys."""

    site: SiteArgs
    network: NetworkArgs
    tls: TlsArgs = TlsArgs()
    gitlab: GitLabArgs = Field(
        examples=[{"url": "https://gitlab.example.org", "allow": {"groups": ["lab"]}}]
    )
    images: ImagesArgs = ImagesArgs()
    notebook: NotebookArgs = NotebookArgs()
    gpus: GpuArgs = GpuArgs()
    profiles: Profiles = ()
    hub: HubArgs = HubArgs()
    docker: DockerArgs = Field(default_factory=dict, validate_default=True)
    backup: BackupArgs = BackupArgs()

    @property
    def servers(self) -> Servers:
        """What people's servers are."""
        return Servers(notebook=self.notebook, gpus=self.gpus, profiles=self.profiles)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong between the sections."""
        yield from self.tls.faults_at(self.site)
        yield from self.notebook.faults_with(self.docker.socket)
        if self.docker.host.startswith("unix://"):  # labctl runs where people's files are
            yield from self.backup.faults_with(self.notebook)
        if self.gitlab.standin and not is_loopback(self.site.url):
            yield (
                "gitlab.standin signs people in without a password, so it is for loopback "
                f"addresses only, but site.url is {self.site.url}; remove gitlab.standin, "
                "or set site.url to an address such as http://localhost:8000"
            )
        taken = {self.site.port}
        if self.tls.certificate and self.site.port == DEFAULT_PORTS["https"]:
            taken.add(DEFAULT_PORTS["http"])  # from which the edge sends people on
        if self.gitlab.standin and port_of(self.gitlab.url) in taken:
            yield (
                f"gitlab.url {self.gitlab.url}: the hub itself is published on that port; give "
                "the stand-in another, such as http://localhost:8929"
            )


def load() -> Configuration:
    """Read the stack's configuration, an object for each section.

    Raises `RunError` with all faults at once, a line each: the key, what is expected, what was
    found there (never a secret) and an example.
    """
    config = pulumi.Config()
    given: dict[str, Any] = {}
    for section in Configuration.model_fields:
        try:
            value = config.get_object(section)
        except pulumi.ConfigTypeError:  # its message has the value, which can be a secret
            value = config.get(section)
        if value is not None:
            given[section] = value
    for key in {**runtime.get_config_env(), **runtime.CONFIG.get()}:
        project, _, section = key.partition(":")
        if project == config.name and section not in {*Configuration.model_fields, CLIENT_SECRET}:
            given[section] = None  # refused, with the nearest section that there is
    secrets = {section for section in given if runtime.is_config_secret(config.full_key(section))}
    lines = conflicts(config.name, pulumi.get_stack(), Path())
    try:
        configuration = Configuration.model_validate(given)
    except ValidationError as error:
        lines = explain(config.name, Configuration, error, secrets) + lines
    if lines:
        raise pulumi.RunError("\n".join(lines))
    return configuration
