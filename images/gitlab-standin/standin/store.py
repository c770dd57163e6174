"""The credentials that must outlive a restart. Secrets are kept as digests, as in GitLab."""

import secrets
import time

from .credentials import AccessToken, Application, Code, Token, digest
from .database import Database, now


class Store(Database):
    """Applications, authorization codes and tokens."""

    def applications(self) -> list[Application]:
        """Return all applications, oldest first."""
        return [Application(**row) for row in self.rows("SELECT * FROM application ORDER BY id")]

    def application(self, uid: str) -> Application | None:
        """Return an application by what OAuth calls its client id, or None."""
        rows = self.rows("SELECT * FROM application WHERE uid = :uid", uid=uid)
        return Application(**rows[0]) if rows else None

    def add_application(self, **columns: object) -> tuple[Application, str]:
        """Create an application; its secret is returned here and never again."""
        secret = f"gloas-{secrets.token_hex(32)}"
        rows = self.rows(
            "INSERT INTO application VALUES"
            " (NULL, :uid, :secret_digest, :name, :redirect_uri, :scopes, :confidential)"
            " RETURNING *",
            uid=secrets.token_hex(32),
            secret_digest=digest(secret),
            **columns,
        )
        return Application(**rows[0]), secret

    def remove_application(self, number: int) -> bool:
        """Remove an application with its codes and tokens; tell whether it was there."""
        return bool(self.rows("DELETE FROM application WHERE id = :id RETURNING id", id=number))

    def add_code(self, code: str, **columns: object) -> None:
        """Store an authorization code until it is taken."""
        self.rows(
            "INSERT INTO code VALUES (:digest, :application_id, :user_id, :scope, :redirect_uri,"
            " :code_challenge, :code_challenge_method, :created_at)",
            digest=digest(code),
            created_at=time.time(),
            **columns,
        )

    def take_code(self, code: str, application_id: int) -> Code | None:
        """Return and remove a code in one step, so that only the first request can use it."""
        rows = self.rows(
            "DELETE FROM code WHERE digest = :digest AND application_id = :application_id"
            " RETURNING *",
            digest=digest(code),
            application_id=application_id,
        )
        return Code(**rows[0]) if rows else None

    def add_token(self, access_token: str, refresh_token: str, **columns: object) -> Token:
        """Store a pair of tokens."""
        rows = self.rows(
            "INSERT INTO token VALUES (NULL, :application_id, :user_id, :scope, :access_digest,"
            " :refresh_digest, :created_at, 0) RETURNING *",
            access_digest=digest(access_token),
            refresh_digest=digest(refresh_token),
            created_at=int(time.time()),
            **columns,
        )
        return Token(**rows[0])

    def token(self, access_token: str) -> Token | None:
        """Return a pair by its access token, even if it has expired or was revoked; else None."""
        rows = self.rows(
            "SELECT * FROM token WHERE access_digest = :digest", digest=digest(access_token)
        )
        return Token(**rows[0]) if rows else None

    def take_refresh_token(self, refresh_token: str, application_id: int) -> Token | None:
        """Look up and revoke a pair in one step, so that it is exchanged for a new one once."""
        rows = self.rows(
            "UPDATE token SET revoked = 1 WHERE refresh_digest = :digest"
            " AND application_id = :application_id AND NOT revoked RETURNING *",
            digest=digest(refresh_token),
            application_id=application_id,
        )
        return Token(**rows[0]) if rows else None

    def pair(self, either_token: str) -> Token | None:
        """Return a pair by its access or its refresh token, or None."""
        rows = self.rows(
            "SELECT * FROM token WHERE :digest IN (access_digest, refresh_digest)",
            digest=digest(either_token),
        )
        return Token(**rows[0]) if rows else None

    def revoke(self, token: Token) -> None:
        """Revoke both tokens of a pair."""
        self.rows("UPDATE token SET revoked = 1 WHERE id = :id", id=token.id)

    def has_consented(self, user_id: int, application_id: int, scope: str) -> bool:
        """Tell whether a user has consented to an application with these scopes, and still does."""
        rows = self.rows(
            "SELECT 1 FROM token WHERE user_id = :user_id AND application_id = :application_id"
            " AND scope = :scope AND NOT revoked",
            user_id=user_id,
            application_id=application_id,
            scope=scope,
        )
        return bool(rows)

    def add_access_token(self, **columns: object) -> tuple[AccessToken, str]:
        """Create a project access token; the token itself is returned here and never again."""
        token = f"glpat-{secrets.token_urlsafe(20)}"
        rows = self.rows(
            "INSERT INTO access_token VALUES (NULL, :project_id, :name, :scope, :access_level,"
            " :digest, :created_at, :expires_at, 0) RETURNING *",
            digest=digest(token),
            created_at=now(),
            **columns,
        )
        return AccessToken(**rows[0]), token

    def access_token(self, token: str) -> AccessToken | None:
        """Return a project access token, even if it has expired or was revoked; else None."""
        rows = self.rows("SELECT * FROM access_token WHERE digest = :digest", digest=digest(token))
        return AccessToken(**rows[0]) if rows else None

    def access_tokens(self) -> list[AccessToken]:
        """Return all project access tokens, oldest first."""
        return [AccessToken(**row) for row in self.rows("SELECT * FROM access_token ORDER BY id")]

    def revoke_access_token(self, token: AccessToken) -> None:
        """Revoke a project access token."""
        self.rows("UPDATE access_token SET revoked = 1 WHERE id = :id", id=token.id)
