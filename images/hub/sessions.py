"""Sessions, and tokens that people make: how they begin, how long they last, and how they end.

A session is the hub's cookie, and the tokens that servers' cookies and pages have in them.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from jupyterhub.apihandlers.users import UserTokenListAPIHandler
from jupyterhub.utils import new_token, utcnow
from tornado.web import HTTPError

TOKEN_DAYS = 90
"""How long a token that a person makes is good for at most, and if they do not say."""
TOKEN_SECONDS = TOKEN_DAYS * 24 * 3600
TOKENS = 20
"""How many of them a person may have at a time."""
MADE_BY_PEOPLE = "jupyterhub"
"""The OAuth client of such tokens; that of a page's or a cookie's is a server."""
OF_SERVERS = {"users:activity", "access:servers"}
"""The scopes of the tokens by which servers know the hub; they have no end, but their server's."""

Token = Any


def end_sessions(user: Any) -> None:
    """End all sessions of a person, in every browser."""
    user.orm_user.cookie_id = new_token()
    for code in [*user.oauth_codes]:
        user.db.delete(code)
    for token in of_sessions(user):
        user.db.delete(token)
    user.db.commit()


def end_access(user: Any) -> None:
    """End all sessions of a person, and remove the tokens that they have made."""
    for token in made_by(user):
        user.db.delete(token)
    end_sessions(user)


def limit_tokens(user: Any, session_seconds: int) -> None:
    """Give an end to the tokens of a person that have none, or one too far away."""
    for kind, seconds in ((made_by(user), TOKEN_SECONDS), (of_sessions(user), session_seconds)):
        latest = utcnow(with_tz=False) + timedelta(seconds=seconds)
        for token in kind:
            token.expires_at = min(token.expires_at or latest, latest)


def of_sessions(user: Any) -> list[Token]:
    """Return the tokens in a person's cookies and pages."""
    return [token for token in user.api_tokens if token.client_id != MADE_BY_PEOPLE]


def made_by(user: Any) -> list[Token]:
    """Return the tokens that a person has made."""
    return [
        token
        for token in user.api_tokens
        if token.client_id == MADE_BY_PEOPLE and not _of_a_server(token)
    ]


def _of_a_server(token: Token) -> bool:
    scopes = {scope.partition("!")[0] for scope in token.scopes}
    return token.expires_at is None and scopes == OF_SERVERS


class TokensHandler(UserTokenListAPIHandler):
    """Makes tokens for who is signed in, up to a number."""

    async def post(self, user_name: str) -> None:
        """Make a token, or refuse one too many.

        JupyterHub would also ask the authenticator about whoever is not signed in.
        """
        if self.current_user is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        user = self.find_user(user_name)
        now = utcnow(with_tz=False)
        if user and user == self.current_user:
            valid = [one for one in made_by(user) if not one.expires_at or one.expires_at > now]
            if len(valid) >= TOKENS:
                msg = f"You have {TOKENS} tokens, which is as many as you may have: revoke one."
                raise HTTPError(HTTPStatus.BAD_REQUEST, msg)
        await super().post(user_name)


HANDLERS = [(r"/api/users/([^/]+)/tokens", TokensHandler)]
