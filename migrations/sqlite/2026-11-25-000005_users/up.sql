-- Who may come in. Accounts are disabled, never deleted: the log names them.
CREATE TABLE users (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- internal, never shown
    uid           BLOB    NOT NULL UNIQUE CHECK (length(uid) = 16),
    email         TEXT    NOT NULL UNIQUE CHECK (length(email) <= 254), -- lower case
    name          TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role          TEXT    NOT NULL CHECK (role IN ('viewer', 'editor', 'administrator')),
    disabled      BOOLEAN NOT NULL CHECK (disabled IN (0, 1)),
    password_hash TEXT    NOT NULL, -- argon2id, as a PHC string
    version       INTEGER NOT NULL CHECK (version >= 1), -- every change adds 1
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);

-- One row, locked by whoever changes who is an administrator: so two at once neither leave none, nor make two first ones.
-- (SQLite has one writer at a time anyway.)
CREATE TABLE users_lock (
    id INTEGER NOT NULL PRIMARY KEY
);
INSERT INTO users_lock (id) VALUES (1);

-- Who is in. The secret itself is in the person's cookie only.
CREATE TABLE sessions (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uid          BLOB    NOT NULL UNIQUE CHECK (length(uid) = 16), -- names it on pages and in the log
    token_hash   BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- SHA-256 of the cookie's 256 random bits
    user_uid     BLOB    NOT NULL,
    created_at   BIGINT  NOT NULL,
    last_seen_at BIGINT  NOT NULL, -- to the minute
    address      TEXT    NOT NULL,
    device       TEXT    NOT NULL -- the User-Agent header, cut
);
CREATE INDEX sessions_by_user ON sessions (user_uid);

-- Links that let somebody make an account, or choose a new password for the one they have. A row goes when its link is
-- used or taken back.
CREATE TABLE invitations (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uid             BLOB    NOT NULL UNIQUE CHECK (length(uid) = 16),
    token_hash      BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    email           TEXT    NOT NULL UNIQUE,
    role            TEXT    NOT NULL,
    user_uid        BLOB    NULL, -- the account that gets a new password
    version         INTEGER NOT NULL,
    created_at      BIGINT  NOT NULL,
    created_by      BLOB    NOT NULL,
    created_by_name TEXT    NOT NULL,
    expires_at      BIGINT  NOT NULL
);

-- Links that make the first administrator: one for each start until there is one.
CREATE TABLE setup_links (
    token_hash BLOB   NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    created_at BIGINT NOT NULL
);

-- Failed sign-ins of the minute under way: each row becomes one event of the audit log when its minute is over.
CREATE TABLE failed_sign_ins (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uid     BLOB    NOT NULL,
    email   TEXT    NOT NULL, -- of the account; empty for all that there are not: people type passwords here by mistake
    address TEXT    NOT NULL, -- the client's
    minute  BIGINT  NOT NULL, -- microseconds since 1970-01-01 UTC at its beginning
    number  INTEGER NOT NULL,
    UNIQUE (email, address, minute)
);

-- Lists of what one person changed last, whole or by status.
CREATE INDEX entries_by_person ON entries (trashed, updated_by, updated_at, uid);
CREATE INDEX entries_by_person_and_status ON entries (trashed, done, updated_by, updated_at, uid);
