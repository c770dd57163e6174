"""What must outlive a restart, in one SQLite file. Secrets are kept as digests, as in GitLab."""

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from .credentials import Application, Code, Token, digest

SCHEMA = Path(__file__).with_name("schema.sql")


class Store:
    """Applications, authorization codes and tokens; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._transaction() as db:
            db.executescript(SCHEMA.read_text())

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path)) as db, db:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA foreign_keys = ON")
            yield db

    def _rows(self, statement: str, **values: object) -> list[dict[str, Any]]:
        with self._transaction() as db:
            return [dict(row) for row in db.execute(statement, values)]

    def session_key(self) -> str:
        """Return the key that session cookies are signed with, made at the first call."""
        self._rows("INSERT OR IGNORE INTO session_key VALUES (1, :key)", key=secrets.token_hex(32))
        return str(self._rows("SELECT value FROM session_key")[0]["value"])

    def applications(self) -> list[Application]:
        """Return all applications, oldest first."""
        return [Application(**row) for row in self._rows("SELECT * FROM application ORDER BY id")]

    def application(self, uid: str) -> Application | None:
        """Find an application by what OAuth calls its client id."""
        rows = self._rows("SELECT * FROM application WHERE uid = :uid", uid=uid)
        return Application(**rows[0]) if rows else None

    def add_application(self, **columns: object) -> tuple[Application, str]:
        """Create an application; its secret is returned here and never again."""
        secret = f"gloas-{secrets.token_hex(32)}"
        rows = self._rows(
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
        return bool(self._rows("DELETE FROM application WHERE id = :id RETURNING id", id=number))

    def add_code(self, code: str, **columns: object) -> None:
        """Keep an authorization code until it is taken."""
        self._rows(
            "INSERT INTO code VALUES (:digest, :application_id, :user_id, :scope, :redirect_uri,"
            " :code_challenge, :code_challenge_method, :created_at)",
            digest=digest(code),
            created_at=time.time(),
            **columns,
        )

    def take_code(self, code: str, application_id: int) -> Code | None:
        """Look up and remove a code in one step, so that it can be used once, whoever is first."""
        rows = self._rows(
            "DELETE FROM code WHERE digest = :digest AND application_id = :application_id"
            " RETURNING *",
            digest=digest(code),
            application_id=application_id,
        )
        return Code(**rows[0]) if rows else None

    def add_token(self, access_token: str, refresh_token: str, **columns: object) -> Token:
        """Keep a pair of tokens."""
        rows = self._rows(
            "INSERT INTO token VALUES (NULL, :application_id, :user_id, :scope, :access_digest,"
            " :refresh_digest, :created_at, 0) RETURNING *",
            access_digest=digest(access_token),
            refresh_digest=digest(refresh_token),
            created_at=int(time.time()),
            **columns,
        )
        return Token(**rows[0])

    def token(self, access_token: str) -> Token | None:
        """Find a pair by its access token, also when it has expired or was revoked."""
        rows = self._rows(
            "SELECT * FROM token WHERE access_digest = :digest", digest=digest(access_token)
        )
        return Token(**rows[0]) if rows else None

    def take_refresh_token(self, refresh_token: str, application_id: int) -> Token | None:
        """Look up and revoke a pair in one step, so that it is exchanged for a new one once."""
        rows = self._rows(
            "UPDATE token SET revoked = 1 WHERE refresh_digest = :digest"
            " AND application_id = :application_id AND NOT revoked RETURNING *",
            digest=digest(refresh_token),
            application_id=application_id,
        )
        return Token(**rows[0]) if rows else None

    def pair(self, either_token: str) -> Token | None:
        """Find a pair by its access or its refresh token."""
        rows = self._rows(
            "SELECT * FROM token WHERE :digest IN (access_digest, refresh_digest)",
            digest=digest(either_token),
        )
        return Token(**rows[0]) if rows else None

    def revoke(self, token: Token) -> None:
        """Make both tokens of a pair worthless."""
        self._rows("UPDATE token SET revoked = 1 WHERE id = :id", id=token.id)

    def has_consented(self, user_id: int, application_id: int, scope: str) -> bool:
        """Tell whether a user has let an application in with these scopes, and still does."""
        rows = self._rows(
            "SELECT 1 FROM token WHERE user_id = :user_id AND application_id = :application_id"
            " AND scope = :scope AND NOT revoked",
            user_id=user_id,
            application_id=application_id,
            scope=scope,
        )
        return bool(rows)
