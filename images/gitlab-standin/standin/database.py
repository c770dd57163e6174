"""One SQLite file, safe to use from several threads."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).with_name("schema.sql")


def now() -> str:
    """Return the present time as GitLab's API writes it; such texts sort as the times do."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Database:
    """The file, which is made if it is missing. Values go in by name, rows come out as dicts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._transaction() as db:
            db.executescript(SCHEMA.read_text())

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=30)) as db, db:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA foreign_keys = ON")
            yield db

    def rows(self, statement: str, **values: object) -> list[dict[str, Any]]:
        """Run one statement in a transaction of its own and return what it selects."""
        with self._transaction() as db:
            return [dict(row) for row in db.execute(statement, values)]

    def session_key(self) -> str:
        """Return the key that session cookies are signed with, made at the first call."""
        self.rows("INSERT OR IGNORE INTO session_key VALUES (1, :key)", key=secrets.token_hex(32))
        return str(self.rows("SELECT value FROM session_key")[0]["value"])
