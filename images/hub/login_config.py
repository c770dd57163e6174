"""Sign-in through GitLab: who comes in, and as what."""

import json
from pathlib import Path

gitlab = json.loads(Path("/etc/jupyterhub/settings.json").read_text())["gitlab"]
c = get_config()  # noqa: F821  # JupyterHub provides it

c.JupyterHub.authenticator_class = "oauthenticator.gitlab.GitLabOAuthenticator"
c.GitLabOAuthenticator.gitlab_url = gitlab["internal_url"]  # where this container reaches GitLab
c.GitLabOAuthenticator.authorize_url = f"{gitlab['url']}/oauth/authorize"  # where browsers do
c.GitLabOAuthenticator.oauth_callback_url = gitlab["callback_url"]
c.GitLabOAuthenticator.scope = gitlab["scopes"]
c.GitLabOAuthenticator.enable_auth_state = True
c.GitLabOAuthenticator.auto_login = True  # straight to GitLab: there is no other way in
c.GitLabOAuthenticator.allow_all = gitlab["allow_everyone"]
c.GitLabOAuthenticator.allowed_users = set(gitlab["allowed_users"])
c.GitLabOAuthenticator.allowed_gitlab_groups = set(gitlab["allowed_groups"])
c.GitLabOAuthenticator.admin_users = set(gitlab["admin_users"])
