"""Sign-in through GitLab: the OAuth application, and who may come in."""

from typing import Any, Self

import pulumi_gitlab as gitlab
from pulumi import ComponentResource, Input, Output, ResourceOptions
from pydantic import model_validator

from .settings import Settings, Stack
from .site import HttpUrl, SiteArgs


class Allow(Settings):
    """Who may sign in; the rules add up."""

    users: tuple[str, ...] = ()
    """GitLab user names."""
    groups: tuple[str, ...] = ()
    """Full paths of GitLab groups; inherited members count."""
    everyone: bool = False
    """Every account of this GitLab."""


class GitLabArgs(Settings):
    """Where GitLab is and who may sign in.

    Nobody is allowed by default, as in OAuthenticator since 16.
    """

    url: HttpUrl
    """Where browsers, and this program, reach GitLab."""
    internal_url: HttpUrl | None = None
    """Where the hub's container reaches it, if that is another address."""
    allow: Allow = Allow()
    admin_users: tuple[str, ...] = ()
    standin: bool = False
    """Run the demonstration GitLab of `images/gitlab-standin` at `url`."""

    @property
    def scopes(self) -> list[str]:
        """What the application may do: membership is read only where a rule needs it."""
        return ["read_user", "read_api"] if self.allow.groups else ["read_user"]

    @model_validator(mode="after")
    def _someone_is_allowed(self) -> Self:
        if self.allow == Allow():
            msg = (
                "nobody could sign in: set allow.users, allow.groups or allow.everyone, "
                "such as allow: {groups: [lab]}"
            )
            raise ValueError(msg)
        return self


class GitLabLogin(ComponentResource):
    """The application in GitLab that the hub signs people in with.

    GitLab makes the secret and says it once, in its answer to the creation; it is kept as a
    secret in Pulumi's state. Creating applications takes an administrator's `token`.
    """

    client_id: Output[str]
    client_secret: Output[str]
    settings: dict[str, Any]
    """What images/hub/login_config.py reads, but for GitLab's internal address."""

    def __init__(
        self,
        name: str,
        args: GitLabArgs,
        *,
        token: Input[str],
        site: SiteArgs,
        stack: Stack,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:GitLabLogin", name, None, opts)
        callback_url = f"{site.url}/hub/oauth_callback"
        api = gitlab.Provider(
            f"{name}-api",
            base_url=f"{args.url}/api/v4/",
            token=Output.secret(token),
            early_auth_check=False,  # a preview must run where GitLab cannot be reached
            opts=ResourceOptions(parent=self),
        )
        application = gitlab.Application(
            f"{name}-application",
            name=stack.prefix,
            redirect_url=callback_url,
            scopes=args.scopes,
            confidential=True,
            opts=ResourceOptions(parent=self, provider=api),
        )
        self.client_id = application.application_id
        self.client_secret = Output.secret(application.secret)
        self.settings = {
            "url": args.url,
            "callback_url": callback_url,
            "scopes": args.scopes,
            "allow_everyone": args.allow.everyone,
            "allowed_users": args.allow.users,
            "allowed_groups": args.allow.groups,
            "admin_users": args.admin_users,
        }
        self.register_outputs({"client_id": self.client_id})
