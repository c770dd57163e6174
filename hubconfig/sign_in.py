"""The OAuth application for sign-in, which the program or somebody by hand registers in GitLab."""

from .sections.gitlab import GitLabArgs
from .sections.site import SiteArgs


def callback_url(site: SiteArgs) -> str:
    """Return the OAuth callback: the address to which GitLab sends people back."""
    return f"{site.url}/hub/oauth_callback"


def fault(
    args: GitLabArgs, site: SiteArgs, *, token: bool, client_secret: bool, groups_used: bool
) -> str | None:
    """Return why there would be no application, or two, and what to do about it; otherwise None.

    `token` and `client_secret` tell whether each of them is given, `groups_used` whether anything
    but the rules needs people's groups.
    """
    has_token, has_id = token or args.standin, args.client_id is not None
    if has_token != has_id and has_id == client_secret:
        return None
    given = {
        "an administrator's token (gitlab:token, or gitlab.standin's)": has_token,
        "jupyterhub:gitlab.client_id": has_id,
        "jupyterhub:gitlabClientSecret": client_secret,
    }
    found = " and ".join(key for key, there in given.items() if there)
    return (
        f"sign-in: found {found or 'neither a token nor an application'}; either\n"
        "- give an administrator's token alone, and the program registers the application:\n"
        "    pulumi config set --secret gitlab:token\n"
        "- or register one in GitLab, confidential, with the redirect URI "
        f"{callback_url(site)} and the scopes {' '.join(args.scopes(groups_used=groups_used))}, "
        "and give its id and secret and no token:\n"
        "    pulumi config set --path jupyterhub:gitlab.client_id <application id>\n"
        "    pulumi config set --secret jupyterhub:gitlabClientSecret"
    )
