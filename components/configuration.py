"""A stack's configuration: its sections, and how they are read, with every fault named."""

from difflib import get_close_matches
from pathlib import Path
from typing import Self

import pulumi
from pulumi.runtime import config as runtime
from pydantic import Field, ValidationError, model_validator

from .engine import DockerArgs
from .gitlab_settings import GitLabArgs
from .gpus import GpuArgs
from .images import ImagesArgs
from .neighbours import conflicts
from .network import NetworkArgs
from .notebook import NotebookArgs
from .settings import Settings, models_within
from .site import SiteArgs, is_loopback

CLIENT_SECRET = "gitlabClientSecret"  # noqa: S105  # a key, not a secret
"""The one key that is no section: docs/sign-in.md."""


class Configuration(Settings):
    """The stack file's `jupyterhub:` keys."""

    site: SiteArgs
    network: NetworkArgs
    gitlab: GitLabArgs
    images: ImagesArgs = ImagesArgs()
    notebook: NotebookArgs = NotebookArgs()
    gpus: GpuArgs = GpuArgs()
    docker: DockerArgs = Field(default_factory=DockerArgs)

    @model_validator(mode="after")
    def _nobody_sees_the_engine(self) -> Self:
        self.notebook.keep_off(self.docker.socket)
        return self

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


def load() -> Configuration:
    """Read the stack's configuration, an object for each section.

    Raises `RunError` with all faults at once, a line each: the key, what was found there
    (never a secret) and what is expected.
    """
    config = pulumi.Config()
    given = {}
    for section in Configuration.model_fields:
        value = config.get_object(section)
        if value is not None:
            given[section] = value
    for key in {**runtime.get_config_env(), **runtime.CONFIG.get()}:
        project, _, section = key.partition(":")
        if project == config.name and section not in {*Configuration.model_fields, CLIENT_SECRET}:
            given[section] = None  # refused, with the nearest section that there is
    lines = conflicts(config.name, pulumi.get_stack(), Path())
    try:
        configuration = Configuration.model_validate(given)
    except ValidationError as error:
        lines = _faults(config.name, error) + lines
    if lines:
        raise pulumi.RunError("\n".join(lines))
    return configuration


def _faults(project: str, error: ValidationError) -> list[str]:
    """Say what is wrong, a line each, in the words of the stack file."""
    lines = []
    for fault in error.errors():
        if fault["type"] == "default_factory_not_called":
            continue  # it follows from another fault
        path = [str(part) for part in fault["loc"]]
        key = ":".join([project, ".".join(path)]) if path else project
        reason = fault["msg"].removeprefix("Value error, ")
        secret = bool(path) and runtime.is_config_secret(f"{project}:{path[0]}")
        if fault["type"] == "missing":
            lines.append(f"{key}: missing; set it with: pulumi config set --path '{key}' <value>")
        elif fault["type"] == "extra_forbidden":
            lines.append(f"{key}: unknown key; {_known(path)}")
        elif isinstance(fault["input"], str | int | float) and not secret:
            lines.append(f"{key}: {reason} (found: {fault['input']!r})")
        else:
            lines.append(f"{key}: {reason}")
    return lines


def _known(path: list[str]) -> str:
    """Name the key that was probably meant, or all that there are."""
    model: type[Settings] = Configuration
    for part in path[:-1]:
        if part in model.model_fields:  # not the number of a list's item
            model = next(models_within(model.model_fields[part].annotation))
    keys = sorted(model.model_fields)
    close = get_close_matches(path[-1], keys, n=1)
    return f"did you mean {close[0]}?" if close else f"the keys here are {', '.join(keys)}"
