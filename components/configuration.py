"""All sections of a stack's configuration, and what must fit between them."""

import os
from typing import Self

from pydantic import Field, model_validator

from .gitlab_login import GitLabArgs
from .images import ImagesArgs
from .network import NetworkArgs
from .notebook import NotebookArgs
from .settings import Settings
from .site import SiteArgs, is_loopback

DEFAULT_HOST = "unix:///var/run/docker.sock"


class DockerArgs(Settings):
    """The engine to deploy to."""

    host: str = Field(default_factory=lambda: os.environ.get("DOCKER_HOST", DEFAULT_HOST))

    @property
    def socket(self) -> str:
        """The engine's socket on its host, which the hub is given."""
        return self.host.removeprefix("unix://")


class Configuration(Settings):
    """The stack file's `jupyterhub:` keys."""

    site: SiteArgs
    network: NetworkArgs
    gitlab: GitLabArgs
    images: ImagesArgs = ImagesArgs()
    notebook: NotebookArgs = NotebookArgs()
    docker: DockerArgs = Field(default_factory=DockerArgs)

    @model_validator(mode="after")
    def _standin_stays_on_this_machine(self) -> Self:
        if self.gitlab.standin and not is_loopback(self.site.url):
            msg = (
                "gitlab.standin signs people in without a password, so it is for loopback "
                f"addresses only, but site.url is {self.site.url}; remove gitlab.standin, "
                "or set site.url to an address such as http://localhost:8000"
            )
            raise ValueError(msg)
        return self
