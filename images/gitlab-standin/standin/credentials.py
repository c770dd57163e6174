"""What OAuth hands out, with the methods that Authlib calls; the fields are the store's columns."""

import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import ClassVar

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, scope_to_list

SCOPES = {
    "api": "Read and write everything that you can reach in GitLab",
    "read_api": "Read everything that you can reach in GitLab",
    "read_user": "Read your profile",
    "openid": "Authenticate with OpenID Connect",
    "profile": "Read your profile with OpenID Connect",
    "email": "Read your e-mail address with OpenID Connect",
}
"""All scopes, and what they let an application do."""


def digest(secret: str) -> str:
    """Return what is stored of a secret, without salt, since all secrets are long and random."""
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class Application(ClientMixin):
    """An application that signs people in."""

    id: int
    uid: str
    secret_digest: str
    name: str
    redirect_uri: str
    """The addresses, one per line."""
    scopes: str
    confidential: int

    def check_redirect_uri(self, redirect_uri: str) -> bool:  # noqa: D102
        return redirect_uri in self.redirect_uri.split()

    def check_client_secret(self, client_secret: str) -> bool:  # noqa: D102
        return secrets.compare_digest(self.secret_digest, digest(client_secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002, D102
        return method != "none" or not self.confidential

    def check_response_type(self, response_type: str) -> bool:  # noqa: D102
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:  # noqa: D102
        return grant_type in ("authorization_code", "refresh_token")

    def get_allowed_scope(self, scope: Collection[str] | str | None) -> str | None:
        """Return the scopes asked for, or None, an error, if the application may not have all."""
        wanted = scope_to_list(scope) or ["api"]  # GitLab's default
        return " ".join(wanted) if set(wanted) <= set(self.scopes.split()) else None


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """A user's consent, on its way through the browser."""

    LIFETIME_SECONDS: ClassVar = 60

    digest: str
    application_id: int
    user_id: int
    scope: str
    redirect_uri: str
    code_challenge: str | None
    code_challenge_method: str | None
    created_at: float

    @property
    def is_expired(self) -> bool:
        """Whether the code was not used in time."""
        return time.time() > self.created_at + self.LIFETIME_SECONDS

    def get_redirect_uri(self) -> str:  # noqa: D102
        return self.redirect_uri

    def get_scope(self) -> str:  # noqa: D102
        return self.scope


@dataclass(frozen=True)
class Token(TokenMixin):
    """An access token and the refresh token that came with it."""

    LIFETIME_SECONDS: ClassVar = 7200  # GitLab's

    id: int
    application_id: int
    user_id: int
    scope: str
    access_digest: str
    refresh_digest: str
    created_at: int
    revoked: int

    @property
    def expires_in(self) -> int:
        """The seconds that the access token is still valid; negative if it has expired."""
        return self.created_at + self.LIFETIME_SECONDS - int(time.time())

    def check_client(self, client: Application) -> bool:  # noqa: D102
        return self.application_id == client.id

    def get_scope(self) -> str:  # noqa: D102
        return self.scope


@dataclass(frozen=True)
class AccessToken:
    """A project access token; whoever presents it is its bot user."""

    FIRST_USER_ID: ClassVar = 1_000_000
    """Bot users' numbers begin above those in the file of people."""

    id: int
    project_id: int
    name: str
    scope: str
    access_level: int
    digest: str
    created_at: str
    expires_at: str
    """The first day on which it is no longer valid."""
    revoked: int

    @property
    def user_id(self) -> int:
        """The number of the token's bot user."""
        return self.FIRST_USER_ID + self.id

    @property
    def expires_in(self) -> float:
        """The seconds that the token is still valid; negative if it has expired."""
        end = datetime.fromisoformat(self.expires_at).replace(tzinfo=UTC)
        return (end - datetime.now(UTC)).total_seconds()
