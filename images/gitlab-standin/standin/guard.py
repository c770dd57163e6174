"""Who calls the API, and GitLab's way of refusing: lib/api/api_guard.rb and helpers.rb."""

import secrets
from dataclasses import dataclass
from typing import NoReturn

from flask import request

from .context import standin
from .credentials import AccessToken, Token
from .people import User


class RefusedError(Exception):
    """An answer other than success: a status and what GitLab says with it."""

    def __init__(self, status: int, **body: object) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Caller:
    """The user whose token came with the request."""

    user: User
    has_admin_token: bool = False
    is_bot: bool = False


def authenticate(*scopes: str, job_token: bool = False) -> Caller:
    """Return the caller by the request's token; raise `RefusedError` if that is not enough.

    The token needs one of `scopes` or `api`; for reading, `read_api` is enough. As in GitLab,
    access tokens may come in either header, and OAuth tokens as Bearer only. With `job_token`, a
    job's token may come in a header of its own or as a password.
    """
    bearer = bearer_token()
    presented = request.headers.get("PRIVATE-TOKEN") or bearer or ""
    if is_same(presented, standin().admin_token):
        return Caller(standin().people.administrator, has_admin_token=True)
    if job_token and is_same(presented_job_token(), standin().job_token):
        return Caller(standin().people.administrator)
    token = standin().store.access_token(presented) or standin().store.token(bearer or "")
    if token is None:
        raise RefusedError(401, message="401 Unauthorized")
    require_usable(token)
    enough = (*scopes, "api", *(["read_api"] if request.method in ("GET", "HEAD") else []))
    if not set(enough) & set(token.scope.split()):
        raise RefusedError(
            403,
            error="insufficient_scope",
            error_description="The request requires higher privileges than provided by the "
            "access token.",
            scope=" ".join(enough),
        )
    user = standin().user(token.user_id)
    if user is None:
        raise RefusedError(401, message="401 Unauthorized")
    if user.is_blocked:
        raise RefusedError(403, message="403 Forbidden - Your account has been blocked.")
    return Caller(user, is_bot=isinstance(token, AccessToken))


def is_same(presented: str, secret: str) -> bool:
    """Tell in constant time whether a text equals a secret; nothing equals an empty secret."""
    return bool(secret) and secrets.compare_digest(presented.encode(), secret.encode())


def authenticate_administrator() -> None:
    """Require the administrator token."""
    if not authenticate().has_admin_token:
        raise RefusedError(403, message="403 Forbidden")


def bearer_token() -> str | None:
    """Return the token of an `Authorization: Bearer` header, or None."""
    header = request.authorization
    return header.token if header and header.type == "bearer" else None


def presented_job_token() -> str:
    """Return the token of a JOB-TOKEN header or, for a download only, the password."""
    header = request.authorization
    password = header.password if header and header.type == "basic" else None
    is_download = request.method in ("GET", "HEAD")
    return request.headers.get("JOB-TOKEN") or (password if is_download else None) or ""


def require_usable(token: AccessToken | Token) -> None:
    """Refuse a token that was revoked or has expired."""
    if token.revoked:
        invalid_token("Token was revoked. You have to re-authorize from the user.")
    if token.expires_in <= 0:
        invalid_token("Token is expired. You can either do re-authorization or token refresh.")


def invalid_token(description: str) -> NoReturn:
    """Refuse a token as RFC 6750, 3.1, says."""
    raise RefusedError(401, error="invalid_token", error_description=description)


def not_found(what: str) -> NoReturn:
    """Refuse a request for what does not exist, or what the caller may not see."""
    raise RefusedError(404, message=f"404 {what}")
