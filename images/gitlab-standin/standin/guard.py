"""Who calls the API, and GitLab's way of refusing: lib/api/api_guard.rb and helpers.rb."""

import secrets
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from flask import request

from .context import standin
from .credentials import Token
from .people import User


class RefusedError(Exception):
    """An answer other than success: a status and what GitLab says with it."""

    def __init__(self, status: int, **body: object) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Caller:
    """Whose token came with the request."""

    user: User
    has_admin_token: bool = False


def authenticate(*scopes: str) -> Caller:
    """Find the caller by token, which needs one of `scopes`, `api` or `read_api`.

    As in GitLab, the administrator token may come in either header, an OAuth token as Bearer only.
    """
    bearer = bearer_token()
    presented = request.headers.get("PRIVATE-TOKEN") or bearer or ""
    if secrets.compare_digest(presented.encode(), standin().admin_token.encode()):
        return Caller(standin().people.administrator, has_admin_token=True)
    token = standin().store.token(bearer) if bearer else None
    if token is None:
        raise RefusedError(401, message="401 Unauthorized")
    require_usable(token)
    enough = (*scopes, "api", "read_api")
    if not set(enough) & set(token.scope.split()):
        raise RefusedError(
            403,
            error="insufficient_scope",
            error_description="The request requires higher privileges than provided by the "
            "access token.",
            scope=" ".join(enough),
        )
    user = cast("User", standin().people.user(token.user_id))
    if user.is_blocked:
        raise RefusedError(403, message="403 Forbidden - Your account has been blocked.")
    return Caller(user)


def authenticate_administrator() -> None:
    """Require the administrator token."""
    if not authenticate().has_admin_token:
        raise RefusedError(403, message="403 Forbidden")


def bearer_token() -> str | None:
    """Return the token of an `Authorization: Bearer` header."""
    header = request.authorization
    return header.token if header and header.type == "bearer" else None


def require_usable(token: Token) -> None:
    """Refuse a token that was revoked or has expired."""
    if token.revoked:
        invalid_token("Token was revoked. You have to re-authorize from the user.")
    if token.expires_in <= 0:
        invalid_token("Token is expired. You can either do re-authorization or token refresh.")


def invalid_token(description: str) -> NoReturn:
    """Refuse a token as RFC 6750, 3.1, says."""
    raise RefusedError(401, error="invalid_token", error_description=description)


def not_found(what: str) -> NoReturn:
    """Refuse a thing that is not there, or that the caller may not see."""
    raise RefusedError(404, message=f"404 {what}")


def form() -> dict[str, Any]:
    """Return the request's parameters, sent as JSON or as a form."""
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else request.form.to_dict()
