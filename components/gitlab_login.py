"""Sign-in through GitLab, with an application that is registered there."""

from pathlib import Path
from typing import Any

import pulumi_gitlab as gitlab
from pulumi import ComponentResource, Input, Output, ResourceOptions, RunError

from .gitlab_settings import CA_FILE, GitLabArgs
from .settings import Stack
from .site import SiteArgs


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
        groups_used: bool,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("jupyterhub:index:GitLabLogin", name, None, opts)
        callback_url = f"{site.url}/hub/oauth_callback"
        scopes = args.scopes(groups_used=groups_used)
        if token is not None and args.client_id is None and client_secret is None:
            # Another GitLab does not know the application, and its number there can be somebody
            # else's: both are replaced, and the old ones deleted where they are. The stand-in is
            # the same at every port.
            place = "standin" if args.standin else args.url
            api = gitlab.Provider(
                f"{name}-api",
                base_url=f"{args.url}/api/v4/",
                token=Output.secret(token),
                cacert_file=args.ca_file,
                early_auth_check=False,  # a preview must run where GitLab cannot be reached
                opts=ResourceOptions(parent=self, replacement_trigger=place),
            )
            application = gitlab.Application(
                f"{name}-application",
                name=stack.prefix,
                redirect_url=callback_url,
                scopes=scopes,
                confidential=True,
                opts=ResourceOptions(parent=self, provider=api, replacement_trigger=place),
            )
            self.client_id = application.application_id
            self.client_secret = Output.secret(application.secret)
        elif token is None and args.client_id is not None and client_secret is not None:
            self.client_id = Output.from_input(args.client_id)
            self.client_secret = Output.secret(client_secret)
        else:
            given = {
                "an administrator's token (gitlab:token, or gitlab.standin's)": token,
                "jupyterhub:gitlab.client_id": args.client_id,
                "jupyterhub:gitlabClientSecret": client_secret,
            }
            found = [key for key, value in given.items() if value is not None]
            raise RunError(_not_one(found, callback_url, scopes))
        self.uploads = []
        if args.ca_file:
            self.uploads.append({"file": CA_FILE, "content": Path(args.ca_file).read_text()})
        self.settings = args.hub_settings(callback_url=callback_url, scopes=scopes)
        self.register_outputs({"client_id": self.client_id})


def _not_one(found: list[str], callback_url: str, scopes: list[str]) -> str:
    """Say which keys there are too many or too few of, and what to enter in GitLab."""
    return (
        f"sign-in: found {' and '.join(found) or 'neither a token nor an application'}; either\n"
        "- give an administrator's token alone, and the program registers the application:\n"
        "    pulumi config set --secret gitlab:token\n"
        f"- or register one in GitLab, confidential, with the redirect URI {callback_url} and the "
        f"scopes {' '.join(scopes)}, and give its id and secret and no token:\n"
        "    pulumi config set --path jupyterhub:gitlab.client_id <application id>\n"
        "    pulumi config set --secret jupyterhub:gitlabClientSecret"
    )
