"""Sign-in through GitLab: who may sign in, and with which rights."""

import sys
from pathlib import Path

here = Path(__file__).parent
sys.path.append(str(here))
import administrators  # noqa: E402
from front import Headers  # noqa: E402
from gitlab_groups import GitLabGroupsAuthenticator  # noqa: E402
from oauthenticator import oauth2  # noqa: E402
from released_names import refuse_released_name  # noqa: E402
from sessions import TOKEN_SECONDS  # noqa: E402
from settings import read  # noqa: E402
from signing_in import WelcomeHandler  # noqa: E402

settings = read(here / "settings.json")
gitlab = settings.gitlab
c = get_config()  # type: ignore[name-defined]  # noqa: F821  # JupyterHub provides it

c.JupyterHub.authenticator_class = GitLabGroupsAuthenticator
WelcomeHandler.site_url = settings.site_url  # JupyterHub has no setting for this
Headers.embed_in = settings.embed_in  # nor for this
login = c.GitLabGroupsAuthenticator
login.gitlab_url = gitlab.internal_url  # where this container reaches GitLab
login.authorize_url = f"{gitlab.url}/oauth/authorize"  # where browsers do
login.oauth_callback_url = gitlab.callback_url
login.scope = gitlab.scopes
login.auto_login = True  # straight to GitLab: there is no other way in
login.http_request_kwargs = {"connect_timeout": 5, "request_timeout": 10}  # seconds
# By libcurl, which goes by the variables of a proxy, and has no authorities of its own.
login.http_request_kwargs["ca_certs"] = gitlab.ca_file or "/etc/ssl/certs/ca-certificates.crt"

login.allow_all = gitlab.allow_everyone
login.allowed_users = set(gitlab.allowed_users)
login.allowed_groups = set(gitlab.allowed_groups)
login.allowed_projects = set(gitlab.allowed_projects)
login.administrator_names = set(gitlab.admin_users)
login.administrator_groups = set(gitlab.admin_groups)
login.open_servers = gitlab.admins_open_servers
login.manage_roles = True
login.reset_managed_roles_on_startup = True  # without it JupyterHub 6.1 fails at its second start
c.JupyterHub.load_roles = [administrators.NOBODY]
login.manage_groups = "read_api" in gitlab.scopes
login.known_groups = settings.named_groups

login.post_auth_hook = refuse_released_name

# People who may no longer sign in are signed out at the next refresh. Then their servers have no
# access to the hub either; servers remember its word for 20 s (start-singleuser.sh).
login.enable_auth_state = True
login.refresh_pre_spawn = True
login.auth_refresh_age = 30  # seconds
login.auth_refresh_strict = True

seconds = round(settings.session_hours * 3600)
login.session_seconds = seconds
c.JupyterHub.cookie_max_age_days = seconds / 86400  # of tokens in servers' cookies and pages too
c.JupyterHub.token_expires_in_max_seconds = TOKEN_SECONDS
cookies = {"expires_days": seconds / 86400, "samesite": "Lax"}
if settings.site_url.startswith("https:"):
    cookies["secure"] = True
    # No other host can plant it, and sign people in as somebody else. There is no setting for it.
    oauth2.STATE_COOKIE_NAME = "__Host-oauthenticator-state"
c.JupyterHub.tornado_settings = {
    "cookie_options": cookies,
    "xsrf_cookie_kwargs": cookies | {"httponly": True},
    "transforms": [Headers],
}
