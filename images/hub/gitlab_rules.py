"""Which groups and projects of GitLab a person is a member of, and the rules that name them.

OAuthenticator's own class does not find subgroups
(github.com/jupyterhub/oauthenticator/issues/423).
"""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from oauthenticator.gitlab import GitLabOAuthenticator
from tornado.httpclient import HTTPResponse
from traitlets import Set, Unicode

GUEST, DEVELOPER = 10, 30
"""Access levels: docs.gitlab.com/api/members/#roles."""
PAGE = 100
"""GitLab's longest page."""
NO_MEMBER = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}

Model = dict[str, Any]


class GitLabRules(GitLabOAuthenticator):
    """Tells by GitLab's groups and projects who may sign in, and who administers the hub."""

    allowed_projects = Set(
        Unicode(), config=True, help="Projects, by path or number, whose Developers may sign in."
    )
    known_groups = Set(
        Unicode(), config=True, help="Groups that profiles, shared directories or limits are for."
    )

    administrator_names = Set(Unicode(), config=True, help="Names of the hub's administrators.")
    administrator_groups = Set(
        Unicode(), config=True, help="Groups whose members are the hub's administrators."
    )

    async def get_user_groups(self, auth_state: Model) -> set[str]:
        """Return the full paths of all groups in which the person is a Guest or has a higher role.

        GitLab's list has subgroups, but not groups to which one of the person's groups is invited
        (app/finders/groups_finder.rb). So groups that the settings name are asked for one by one.
        """
        groups, page = set(), "1"
        while page:
            query = {"min_access_level": GUEST, "per_page": PAGE, "page": page}
            answer = await self._ask(f"groups?{urlencode(query)}", auth_state)
            answer.rethrow()
            groups |= {group["full_path"] for group in json.loads(answer.body)}
            page = answer.headers.get("X-Next-Page", "")
        named = self.allowed_groups | self.administrator_groups | self.known_groups
        for group in named - groups:
            if await self._access_level("groups", group, auth_state) >= GUEST:
                groups.add(group)
        return groups

    def administers(self, model: Model) -> bool:
        """Tell whether a person is an administrator of the hub."""
        groups = set(model.get("groups", ()))
        return model["name"] in self.administrator_names or bool(groups & self.administrator_groups)

    async def check_allowed(self, username: str, auth_model: Model) -> bool:
        """Tell whether a person may sign in, by OAuthenticator's rules or by those here."""
        if await super().check_allowed(username, auth_model) or self.administers(auth_model):
            return True
        for project in self.allowed_projects:
            level = await self._access_level("projects", project, auth_model["auth_state"])
            if level >= DEVELOPER:
                return True
        return False

    async def _access_level(self, kind: str, key: str, auth_state: Model) -> int:
        """Return the person's role in a group or project, inherited or not; 0 without one."""
        user_id = auth_state[self.user_auth_state_key]["id"]
        path = f"{kind}/{quote(key, safe='')}/members/all/{user_id}"
        answer = await self._ask(path, auth_state)
        if answer.code in NO_MEMBER:
            return 0
        answer.rethrow()
        return int(json.loads(answer.body)["access_level"])

    async def _ask(self, path: str, auth_state: Model) -> HTTPResponse:
        return await self.httpfetch(
            f"{self.gitlab_api}/{path}",
            headers=self.build_userdata_request_headers(auth_state["access_token"], "bearer"),
            parse_json=False,
            raise_error=False,
        )
