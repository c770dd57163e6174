"""Sign-in through GitLab, with an application that is registered there."""

from pathlib import Path
from typing import Annotated, Any, Self

import pulumi_gitlab as gitlab
from pulumi import ComponentResource, Input, Output, ResourceOptions, RunError
from pydantic import AfterValidator, Field, model_validator

from .allow import Allow, GroupPath
from .settings import Settings, Stack
from .site import HttpUrl, SiteArgs

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
    def scopes(self) -> list[str]:
        """What the application may do: membership is read only where a rule needs it."""
        memberships = self.allow.groups or self.allow.projects or self.admin_groups
        return ["read_user", "read_api"] if memberships else ["read_user"]

    def hub_settings(self, callback_url: str) -> dict[str, Any]:
        """Return what images/hub/login_config.py reads, but for GitLab's internal address."""
        return {
            "url": self.url,
            "ca_file": CA_FILE if self.ca_file else None,
            "callback_url": callback_url,
            "scopes": self.scopes,
            "allow_everyone": self.allow.everyone,
            "allowed_users": self.allow.users,
            "allowed_groups": self.allow.groups,
            "allowed_projects": self.allow.projects,
            "admin_users": self.admin_users,
            "admin_groups": self.admin_groups,
        }

    @model_validator(mode="after")
    def _someone_is_allowed(self) -> Self:
        if self.allow == Allow():
            msg = (
                "nobody could sign in: set allow.users, allow.groups, allow.projects or "
                "allow.everyone, such as allow: {groups: [lab]}"
            )
            raise ValueError(msg)
        return self


class GitLabLogin(ComponentResource):
    """The application in GitLab that the hub signs people in with.

    With an administrator's `token` it is registered here: GitLab makes the secret and says it
    once, in its answer; it is kept as a secret in Pulumi's state. Without one it was registered by
    hand, as `args.client_id` with `client_secret`. Raises `RunError` for neither and for both.
    """

    client_id: Output[str]
    client_secret: Output[str]
    settings: dict[str, Any]
    uploads: list[dict[str, str]]
    """The files that the settings name."""

    def __init__(
        self,
        name: str,
        args: GitLabArgs,
        *,
        token: Input[str] | None,
        client_secret: Input[str] | None,
        site: SiteArgs,
        stack: Stack,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:GitLabLogin", name, None, opts)
        callback_url = f"{site.url}/hub/oauth_callback"
        if token is not None and args.client_id is None and client_secret is None:
            api = gitlab.Provider(
                f"{name}-api",
                base_url=f"{args.url}/api/v4/",
                token=Output.secret(token),
                cacert_file=args.ca_file,
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
        elif token is None and args.client_id is not None and client_secret is not None:
            self.client_id = Output.from_input(args.client_id)
            self.client_secret = Output.secret(client_secret)
        else:
            raise RunError(_not_one(args, token, client_secret, callback_url))
        self.uploads = []
        if args.ca_file:
            self.uploads.append({"file": CA_FILE, "content": Path(args.ca_file).read_text()})
        self.settings = args.hub_settings(callback_url)
        self.register_outputs({"client_id": self.client_id})


def _not_one(
    args: GitLabArgs, token: Input[str] | None, client_secret: Input[str] | None, callback_url: str
) -> str:
    """Say which keys there are too many or too few of, and what to enter in GitLab."""
    given = {
        "an administrator's token (gitlab:token, or gitlab.standin's)": token,
        "jupyterhub:gitlab.client_id": args.client_id,
        "jupyterhub:gitlabClientSecret": client_secret,
    }
    found = [key for key, value in given.items() if value is not None]
    return (
        f"sign-in: found {' and '.join(found) or 'neither a token nor an application'}; either\n"
        "- give an administrator's token alone, and the program registers the application:\n"
        "    pulumi config set --secret gitlab:token\n"
        f"- or register one in GitLab, confidential, with the redirect URI {callback_url} and the "
        f"scopes {' '.join(args.scopes)}, and give its id and secret and no token:\n"
        "    pulumi config set --path jupyterhub:gitlab.client_id <application id>\n"
        "    pulumi config set --secret jupyterhub:gitlabClientSecret"
    )
