-- Applied at every start; what is there already, stays.
CREATE TABLE IF NOT EXISTS session_key (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS application (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    secret_digest TEXT NOT NULL,
    name TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    confidential INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS code (
    digest TEXT PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES application ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    scope TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT,
    code_challenge_method TEXT,
    created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS token (
    id INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES application ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    scope TEXT NOT NULL,
    access_digest TEXT NOT NULL UNIQUE,
    refresh_digest TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
);
