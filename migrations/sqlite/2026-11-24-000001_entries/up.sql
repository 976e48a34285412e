-- The book's entries. Times are microseconds since 1970-01-01 UTC; uids are the 16 bytes of a UUIDv7.
CREATE TABLE entries (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- internal, never shown
    uid             BLOB    NOT NULL UNIQUE CHECK (length(uid) = 16),
    title           TEXT    NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description     TEXT    NOT NULL CHECK (length(description) <= 10000),
    done            BOOLEAN NOT NULL CHECK (done IN (0, 1)),
    version         INTEGER NOT NULL CHECK (version >= 1), -- every change adds 1
    trashed         BOOLEAN NOT NULL CHECK (trashed IN (0, 1)),
    created_at      BIGINT  NOT NULL,
    created_by      BLOB    NOT NULL, -- the person's uid; no foreign key, so that history outlives accounts
    created_by_name TEXT    NOT NULL,
    updated_at      BIGINT  NOT NULL,
    updated_by      BLOB    NOT NULL,
    updated_by_name TEXT    NOT NULL
);

-- One index for each list that a page shows: the book or the trash, whole or by status, newest change first.
CREATE INDEX entries_by_change ON entries (trashed, updated_at, uid);
CREATE INDEX entries_by_status ON entries (trashed, done, updated_at, uid);
