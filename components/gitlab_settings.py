"""Where GitLab is, and who may come in."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from .certificate import authorities
from .settings import Settings, matching
from .site import HttpUrl, is_loopback

_NAME = r"[A-Za-z0-9_.][A-Za-z0-9_.-]*"
"""Of a user, a group or a project; a number alone is the id of a group or a project."""

UserName = Annotated[str, matching(_NAME, "the name of a GitLab user, such as ada")]
GroupPath = Annotated[
    str,
    matching(rf"(?!\d+$){_NAME}(/{_NAME})*", "the full path of a group, such as lab or lab/gpu"),
]


def _given(groups: Any) -> Any:
    """Refuse a key whose groups are all commented out: without the key, it would be everyone."""
    if groups is None:
        msg = "it has no value: give one, or remove the key"
        raise ValueError(msg)
    return groups


Groups = Annotated[tuple[GroupPath, ...] | None, BeforeValidator(_given), Field(min_length=1)]
"""Full paths of groups, one at least; none where the key is missing."""
ProjectKey = Annotated[
    str,
    BeforeValidator(str),
    matching(
        rf"[0-9]+|{_NAME}(/{_NAME})+",
        "the full path or the number of a project, such as lab/notebooks or 21",
    ),
]


class Allow(Settings):
    """Who may sign in; the rules add up."""

    users: tuple[UserName, ...] = Field((), examples=[["ada", "ben"]])
    """GitLab user names."""
    groups: tuple[GroupPath, ...] = Field((), examples=[["lab", "lab/gpu"]])
    """Full paths of GitLab groups; members of parent groups and of invited groups count."""
    projects: tuple[ProjectKey, ...] = Field((), examples=[["lab/notebooks", 21]])
    """Full paths or numbers of GitLab projects; Developers and higher roles come in."""
    everyone: bool = False
    """Every account of this GitLab."""


STANDIN_URL = "http://gitlab:8080"
"""Of the stand-in, on the stack's own network."""
STANDIN_ADDRESS = re.compile(r"http://(127\.0\.0\.1|([^/:]+\.)?localhost)(:\d+)?")
"""Where it is published: without TLS, and on one address."""
CA_FILE = "/etc/jupyterhub/gitlab-ca.pem"
"""In the hub's container."""


class GitLabArgs(Settings):
    """Where GitLab is and who may sign in.

    Nobody is allowed by default, as in OAuthenticator since 16.
    """

    url: HttpUrl = Field(examples=["https://gitlab.example.org"])
    """Where browsers, and this program, reach GitLab."""
    internal_url: HttpUrl | None = Field(None, examples=["https://gitlab.lan"])
    """Where the hub's container reaches it, if that is another address."""
    ca_file: Annotated[str, AfterValidator(authorities)] | None = Field(
        None, examples=["/etc/ssl/gitlab-ca.pem"]
    )
    """A PEM file of the authorities that vouch for GitLab, in place of the public ones."""
    client_id: str | None = Field(None, min_length=1, examples=["5b1d6f0c93ae47"])
    """The application that was registered by hand; the program registers one if there is none."""
    allow: Allow = Field(Allow(), examples=[{"groups": ["lab"]}])
    """Who may sign in: nobody, unless a rule says so."""
    admin_users: tuple[UserName, ...] = Field((), examples=[["ada"]])
    """GitLab user names; they may sign in too."""
    admin_groups: tuple[GroupPath, ...] = Field((), examples=[["lab/admins"]])
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

    def faults(self) -> Iterator[str]:
        """Yield which addresses nobody should use, and whether nobody could."""
        for key, url in {"url": self.url, "internal_url": self.internal_url}.items():
            if url and url.startswith("http://") and not is_loopback(url):
                yield (
                    f"{key} {url} would send the application's secret and people's tokens over "
                    "the network in the clear: use https, such as https://gitlab.example.org"
                )
        if self.standin and not STANDIN_ADDRESS.fullmatch(self.url):
            yield (
                "standin signs people in without a password: url must be a loopback address such "
                f"as http://localhost:8929, which is where it listens, not {self.url}"
            )
        if not self.standin and is_loopback(self.hub_url):
            key = "internal_url" if self.internal_url else "url"
            yield (
                f"{key} {self.hub_url} is the hub's own container to the hub: set internal_url to "
                "an address of GitLab on a network, such as https://gitlab.lan"
            )
        if self.allow == Allow():
            administrators = self.admin_users or self.admin_groups
            yield (
                f"{'only administrators' if administrators else 'nobody'} could sign in: set "
                "allow.users, allow.groups, allow.projects or allow.everyone, such as "
                "allow: {groups: [lab]}"
            )
