"""Where GitLab is, and who may come in."""

import re
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from .settings import Settings
from .site import HttpUrl, is_loopback

_NAME = r"[A-Za-z0-9_.][A-Za-z0-9_.-]*"


def _group(path: str) -> str:
    if path.isdecimal() or not re.fullmatch(rf"{_NAME}(/{_NAME})*", path):
        msg = "expected the full path of a group, such as lab or lab/gpu"
        raise ValueError(msg)
    return path


def _project(key: int | str) -> str:
    if not re.fullmatch(rf"[0-9]+|{_NAME}(/{_NAME})+", str(key)):
        msg = "expected the full path or the number of a project, such as lab/notebooks or 21"
        raise ValueError(msg)
    return str(key)


GroupPath = Annotated[str, AfterValidator(_group)]
ProjectKey = Annotated[str, BeforeValidator(_project)]


class Allow(Settings):
    """Who may sign in; the rules add up."""

    users: tuple[str, ...] = ()
    """GitLab user names."""
    groups: tuple[GroupPath, ...] = ()
    """Full paths of GitLab groups; members of parent groups and of invited groups count."""
    projects: tuple[ProjectKey, ...] = ()
    """Full paths or numbers of GitLab projects; Developers and higher roles come in."""
    everyone: bool = False
    """Every account of this GitLab."""


STANDIN_URL = "http://gitlab:8080"
"""Of the stand-in, on the stack's own network."""
CA_FILE = "/etc/jupyterhub/gitlab-ca.pem"
"""In the hub's container."""


def _certificates(file: str) -> str:
    try:
        text = Path(file).read_text()
    except UnicodeDecodeError:
        text = ""  # DER, perhaps
    except OSError as error:
        msg = f"cannot read it: {error.strerror}; give a PEM file"
        raise ValueError(msg) from error
    if "-----BEGIN CERTIFICATE-----" not in text or "PRIVATE KEY" in text:
        msg = "expected a PEM file with certificates and no private key"
        raise ValueError(msg)
    return file


class GitLabArgs(Settings):
    """Where GitLab is and who may sign in.

    Nobody is allowed by default, as in OAuthenticator since 16.
    """

    url: HttpUrl = Field(examples=["https://gitlab.example.org"])
    """Where browsers, and this program, reach GitLab."""
    internal_url: HttpUrl | None = None
    """Where the hub's container reaches it, if that is another address."""
    ca_file: Annotated[str, AfterValidator(_certificates)] | None = None
    """A PEM file of the authorities that vouch for GitLab, in place of the public ones."""
    client_id: str | None = Field(None, min_length=1)
    """The application that was registered by hand; the program registers one if there is none."""
    allow: Allow = Allow()
    """Who may sign in: nobody, unless a rule says so."""
    admin_users: tuple[str, ...] = ()
    """GitLab user names; they may sign in too."""
    admin_groups: tuple[GroupPath, ...] = ()
    """Full paths of GitLab groups whose members are administrators; they may sign in too."""
    standin: bool = False
    """Run the demonstration GitLab of `images/gitlab-standin` at `url`."""

    @property
    def hub_url(self) -> str:
        """Where the hub's container reaches GitLab."""
        return STANDIN_URL if self.standin else self.internal_url or self.url

    def scopes(self, *, groups_used: bool) -> list[str]:
        """Return what the application may do: membership is read only where something needs it.

        `groups_used` tells whether anything but the rules does, such as a group's directory.
        """
        rules = self.allow.groups or self.allow.projects or self.admin_groups
        return ["read_user", "read_api"] if rules or groups_used else ["read_user"]

    def hub_settings(self, *, callback_url: str, scopes: list[str]) -> dict[str, Any]:
        """Return what images/hub/login_config.py reads."""
        return {
            "url": self.url,
            "internal_url": self.hub_url,
            "ca_file": CA_FILE if self.ca_file else None,
            "callback_url": callback_url,
            "scopes": scopes,
            "allow_everyone": self.allow.everyone,
            "allowed_users": self.allow.users,
            "allowed_groups": self.allow.groups,
            "allowed_projects": self.allow.projects,
            "admin_users": self.admin_users,
            "admin_groups": self.admin_groups,
        }

    @model_validator(mode="after")
    def _token_travels_encrypted(self) -> Self:
        if self.url.startswith("http://") and not is_loopback(self.url):
            msg = (
                f"url {self.url} would send the administrator's token and the application's "
                "secret over the network in the clear: use https"
            )
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _someone_is_allowed(self) -> Self:
        if self.allow == Allow():
            msg = (
                "nobody could sign in: set allow.users, allow.groups, allow.projects or "
                "allow.everyone, such as allow: {groups: [lab]}"
            )
            raise ValueError(msg)
        return self
