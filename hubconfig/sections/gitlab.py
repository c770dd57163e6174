"""The section `gitlab`."""

import re
from collections.abc import Iterator

from pydantic import Field

from ..model import Fault, Settings
from ..values.certificates import check_authorities
from ..values.gitlab_names import GroupPath, ProjectKey, UserName
from ..values.placeholders import NO_ID
from ..values.urls import HttpUrl, is_in_the_clear, is_loopback

STANDIN_URL = "http://gitlab:8080"
"""The stand-in's address on the stack's own network."""
STANDIN_ADDRESS = re.compile(r"http://(127\.0\.0\.1|([^/:]+\.)?localhost)(:\d+)?")
"""Matches the addresses at which the stand-in can be published: plain HTTP on loopback."""
PAGE = re.compile(
    r"(https?://[^/]+.*?)/+"
    r"(?:(?:api/v\d+|users/sign_in|oauth|admin|dashboard|explore|help|groups(?=/.)|-)(?:/.*)?"
    r"|[^/]+/.+\.git)"
)
"""Matches the address of one of GitLab's pages, of a group, of a repository or of its API; the
pattern's group 1 is GitLab's own address."""


class Allow(Settings):
    """Rules for who may sign in. Whoever meets one of them may."""

    users: tuple[UserName, ...] = Field((), examples=[["ada", "ben"]])
    """The names of GitLab users who may sign in."""
    groups: tuple[GroupPath, ...] = Field((), examples=[["lab", "lab/gpu"]])
    """The full paths of GitLab groups whose members may sign in. Members of parent groups and of
    invited groups count."""
    projects: tuple[ProjectKey, ...] = Field((), examples=[["lab/notebooks", 21]])
    """The full paths or numbers of GitLab projects whose members may sign in if they have the role
    Developer or a higher one."""
    everyone: bool = False
    """Whether every account of this GitLab may sign in."""


class GitLabArgs(Settings):
    """Where GitLab is, and who may sign in.

    Nobody is allowed by default, as in OAuthenticator since version 16.
    """

    url: HttpUrl = Field(examples=["https://gitlab.example.org"])
    """The address at which browsers and this program reach GitLab."""
    internal_url: HttpUrl | None = Field(None, examples=["https://gitlab.lan"])
    """The address at which the hub's container reaches GitLab, if it is not `url`."""
    ca_file: str | None = Field(None, min_length=1, examples=["/etc/ssl/gitlab-ca.pem"])
    """A PEM file on this machine with the certificate authorities that vouch for GitLab, instead of
    the public ones."""
    client_id: str | None = Field(None, min_length=1, examples=["5b1d6f0c93ae47"])
    """The id of an application that was registered in GitLab by hand. Without it, the program
    registers one."""
    allow: Allow = Field(Allow(), examples=[{"groups": ["lab"]}])
    """Who may sign in. At least one rule is needed: without one, only administrators could."""
    admin_users: tuple[UserName, ...] = Field((), examples=[["ada"]])
    """The names of GitLab users who are administrators of the hub. They may sign in too."""
    admin_groups: tuple[GroupPath, ...] = Field((), examples=[["lab/admins"]])
    """The full paths of GitLab groups whose members are administrators of the hub. They may sign in
    too."""
    admins_open_servers: bool = False
    """Whether administrators may open everybody's server, and so read and change everybody's
    files."""
    insecure: bool = False
    """Whether GitLab may be reached by plain http, as in a closed network without certificates.
    Who reads along there gets the application's secret and people's tokens; a policy says so."""
    standin: bool = False
    """Whether to run the demonstration GitLab of `images/gitlab-standin` at `url`."""

    @property
    def hub_url(self) -> str:
        """The address at which the hub's container reaches GitLab."""
        return STANDIN_URL if self.standin else self.internal_url or self.url

    def scopes(self, *, groups_used: bool) -> list[str]:
        """Return the scopes of the OAuth application, with `read_api` only if it is needed.

        With `read_api` the hub reads people's memberships of groups and projects. The rules of this
        section can need them, or, with `groups_used`, something else, such as a group's directory.
        """
        rules = self.allow.groups or self.allow.projects or self.admin_groups
        return ["read_user", "read_api"] if rules or groups_used else ["read_user"]

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for each address that is unsafe or wrong, and if nobody could sign in."""
        urls = {"url": self.url, "internal_url": self.internal_url}
        clear = {key: url for key, url in urls.items() if url and is_in_the_clear(url)}
        for key, address in () if self.insecure else clear.items():
            yield Fault(
                (key, "insecure"),
                f"{key} {address} would send the application's secret and people's tokens over the "
                "network in the clear: use https, such as https://gitlab.example.org; or, if "
                "nobody reads along there, set insecure: true",
            )
        if self.insecure and not clear:
            yield Fault(
                ("insecure", *urls),
                f"insecure is for a GitLab at an http address of a network, but {self.url} is "
                "none: remove it",
            )
        for key, url in urls.items():
            if url and (page := PAGE.fullmatch(url)):
                yield Fault(
                    (key,),
                    f"{key} {url} is one of GitLab's pages, or its API: give GitLab's own address, "
                    f"{page[1]}",
                )
        if self.standin and not STANDIN_ADDRESS.fullmatch(self.url):
            yield Fault(
                ("url", "standin"),
                "standin signs people in without a password: url must be a loopback address such "
                f"as http://localhost:8929, which is where it listens, not {self.url}",
            )
        if not self.standin and is_loopback(self.hub_url):
            key = "internal_url" if self.internal_url else "url"
            yield Fault(
                (key, "standin"),
                f"{key} {self.hub_url} is the hub's own container to the hub: set internal_url to "
                "an address of GitLab on a network, such as https://gitlab.lan",
            )
        if self.client_id and NO_ID.fullmatch(self.client_id):
            yield Fault(  # which shows no value
                ("client_id",),
                "client_id is no application's id, but a secret or in the place of one: give the "
                "id that GitLab shows beside the secret, and revoke a secret that was here",
            )
        if self.allow == Allow():
            administrators = self.admin_users or self.admin_groups
            yield Fault(
                ("allow",),
                f"{'only administrators' if administrators else 'nobody'} could sign in: set "
                "allow.users, allow.groups, allow.projects or allow.everyone, such as "
                "allow: {groups: [lab]}",
            )

    def faults_here(self) -> Iterator[Fault]:
        """Yield what is wrong with the file of certificate authorities."""
        if self.ca_file:
            try:
                check_authorities("ca_file", self.ca_file)
            except ValueError as fault:
                yield Fault(("ca_file",), str(fault))
