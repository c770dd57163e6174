"""Sign-in through GitLab with groups by their full paths, checked again while people work.

OAuthenticator's own class does not find subgroups
(github.com/jupyterhub/oauthenticator/issues/423), does not fill the hub's groups, and applies the
rules at sign-in only.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import front
import sessions
from oauthenticator.gitlab import GitLabOAuthenticator
from tornado.httpclient import HTTPClientError, HTTPResponse
from traitlets import Set, Unicode

GUEST, DEVELOPER = 10, 30
"""Access levels: docs.gitlab.com/api/members/#roles."""
PAGE = 100
"""GitLab's longest page."""
NO_MEMBER = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
"""GitLab's answers to a token that is not valid, and to all requests of a blocked account."""

Model = dict[str, Any]


class GitLabGroupsAuthenticator(GitLabOAuthenticator):
    """Takes people's groups from GitLab, and applies the rules for sign-in at every refresh.

    While GitLab does not answer, or answers with an error other than a refusal, people
    stay signed in.
    """

    allowed_projects = Set(
        Unicode(), config=True, help="Projects, by path or number, whose Developers may sign in."
    )
    known_groups = Set(
        Unicode(), config=True, help="Groups that profiles or shared directories are for."
    )

    login_handler = sessions.AskHandler
    callback_handler = sessions.SignInHandler

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._refreshing: dict[str, asyncio.Task[Model | bool]] = {}

    def get_handlers(self, app: Any) -> list[Any]:
        """Return the handlers that come before JupyterHub's own."""
        return [*super().get_handlers(app), *sessions.HANDLERS, *front.HANDLERS]

    async def update_auth_model(self, auth_model: Model) -> Model:
        """Return the model with `admin` true or false: None would leave a former right in place."""
        auth_model["admin"] = bool(auth_model["admin"])
        return auth_model

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
        named = self.allowed_groups | self.admin_groups | self.known_groups
        for group in named - groups:
            if await self._access_level("groups", group, auth_state) >= GUEST:
                groups.add(group)
        return groups

    async def check_allowed(self, username: str, auth_model: Model) -> bool:
        """Tell whether a person may sign in, by OAuthenticator's rules or by `allowed_projects`."""
        if await super().check_allowed(username, auth_model):
            return True
        for project in self.allowed_projects:
            level = await self._access_level("projects", project, auth_model["auth_state"])
            if level >= DEVELOPER:
                return True
        return False

    async def refresh_user(self, user: Any, handler: Any = None) -> Model | bool:  # noqa: ARG002
        """Return what GitLab says of `user` now, or False if they have to sign in again.

        Returns True, which changes nothing, while GitLab cannot say. A page makes several requests
        at once, and GitLab takes a refresh token only once, so they share one refresh.
        """
        if user.name not in self._refreshing:
            task = asyncio.create_task(self._refresh(user))
            task.add_done_callback(lambda _: self._refreshing.pop(user.name))
            self._refreshing[user.name] = task
        return await asyncio.shield(self._refreshing[user.name])

    async def _refresh(self, user: Any) -> Model | bool:
        state = await user.get_auth_state()
        if not state:
            return False
        try:
            model = await self._model(user, state)
            if model["name"] != user.name:  # renamed in GitLab
                return False
            return model if await self.check_allowed(user.name, model) else False
        except HTTPClientError as error:
            if error.code in REFUSED:
                return False
            self.log.warning("%s stays signed in: GitLab answers %s", user.name, error)
        except (OSError, ValueError) as error:  # ValueError: no JSON, but a proxy's page
            self.log.warning("%s stays signed in: GitLab does not answer: %s", user.name, error)
        return True

    async def _model(self, user: Any, state: Model) -> Model:
        try:
            return await self._token_to_auth_model(state["token_response"])
        except HTTPClientError as error:
            if error.code != HTTPStatus.UNAUTHORIZED:
                raise
        request = self.build_refresh_token_request_params(state["refresh_token"])
        token = await self.get_token_info(None, request)
        # The old tokens are worth nothing now: keep the new ones whatever comes next.
        known = state[self.user_auth_state_key]
        await user.save_auth_state(self.build_auth_state_dict(token, known))
        return await self._token_to_auth_model(token)

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
