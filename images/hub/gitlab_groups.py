"""Sign-in through GitLab: what a person is in the hub, checked again while they work.

OAuthenticator's own class does not fill the hub's groups, and applies the rules at sign-in only.
"""

import asyncio
from http import HTTPStatus
from typing import Any

import acting_pages
import administrators
import front
import sessions
import signing_in
from gitlab_rules import GitLabRules, Model
from tornado.httpclient import HTTPClientError
from traitlets import Bool, Integer

REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
"""GitLab's answers to a token that is not valid, and to all requests of a blocked account."""


class GitLabGroupsAuthenticator(GitLabRules):
    """Takes people's groups from GitLab, and applies the rules for sign-in at every refresh.

    While GitLab does not answer, or answers with an error other than a refusal, people
    stay signed in.
    """

    open_servers = Bool(config=True, help="Whether administrators may open everybody's server.")
    session_seconds = Integer(config=True, help="How long a session lasts.")

    login_handler = signing_in.AskHandler
    callback_handler = signing_in.SignInHandler
    logout_handler = acting_pages.SignOutHandler

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._refreshing: dict[str, asyncio.Task[Model | bool]] = {}
        self._stopping: set[asyncio.Task[None]] = set()

    def get_handlers(self, app: Any) -> list[Any]:
        """Return the handlers that come before JupyterHub's own."""
        return [
            *super().get_handlers(app),
            *administrators.HANDLERS,
            *acting_pages.HANDLERS,
            *sessions.HANDLERS,
            *signing_in.HANDLERS,
            *front.HANDLERS,
        ]

    async def load_managed_roles(self) -> list[administrators.Role]:
        """Return the role of administrators, as it is from now on."""
        return [administrators.role(opens_servers=self.open_servers)]

    def add_user(self, user: Any) -> None:
        """Take on a person; the hub also calls this at its start, for everyone it knows."""
        super().add_user(user)
        sessions.limit_tokens(user, self.session_seconds)

    async def _token_to_auth_model(self, token_info: Model) -> Model:
        """Return what GitLab says of a person, with all roles that they have in the hub."""
        model: Model = await super()._token_to_auth_model(token_info)
        model["admin"] = False  # for JupyterHub, None would leave a former right in place
        role = None
        if self.administers(model):
            role = administrators.role(opens_servers=self.open_servers)
        model["roles"] = administrators.roles_of_a_person(role)
        return model

    async def refresh_user(self, user: Any, handler: Any = None) -> Model | bool:  # noqa: ARG002
        """Return what GitLab says of `user` now, or False if they have to sign in again.

        Then all their sessions end, and where they may not sign in, the tokens that they have made
        and their servers.
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
            renamed = model["name"] != user.name
            if not renamed and await self.check_allowed(user.name, model):
                return model
        except HTTPClientError as error:
            if error.code in REFUSED:
                # Any other refusal may be because of another application in GitLab.
                blocked = error.code == HTTPStatus.FORBIDDEN
                if blocked:
                    self._shut_out(user)
                else:
                    sessions.end_sessions(user)
                return False
            self.log.warning("%s stays signed in: GitLab answers %s", user.name, error)
            return True
        except (OSError, ValueError) as error:  # ValueError: no JSON, but a proxy's page
            self.log.warning("%s stays signed in: GitLab does not answer: %s", user.name, error)
            return True
        self._shut_out(user)
        return False

    def _shut_out(self, user: Any) -> None:
        """End a person's access, and their servers: what they opened there would stay open."""
        sessions.end_access(user)
        for name, spawner in user.spawners.items():
            if spawner.ready:  # one that is being started or stopped ends by itself, or next time
                task = asyncio.create_task(self._stop(user, name))
                self._stopping.add(task)
                task.add_done_callback(self._stopping.discard)

    async def _stop(self, user: Any, name: str) -> None:
        try:
            await user.stop(name)
        except Exception:
            self.log.exception("%s may not sign in, but their server did not stop", user.name)

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
