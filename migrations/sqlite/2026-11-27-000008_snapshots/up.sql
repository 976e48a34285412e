-- Copies of the book as files. A row is made when somebody asks for one, with the job that makes it; the files are there
-- for people once `finished_at` is set.
CREATE TABLE snapshots (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- internal, never shown
    uid           BLOB    NOT NULL UNIQUE CHECK (length(uid) = 16),
    version       INTEGER NOT NULL, -- 0 until it is made; each event about it adds 1
    what          TEXT    NOT NULL, -- JSON; which entries, in which format
    scheduled     BOOLEAN NOT NULL CHECK (scheduled IN (0, 1)), -- made by the schedule
    due_at        BIGINT  NULL UNIQUE, -- the schedule's time that it was made for: one for each
    job_uid       BLOB    NOT NULL UNIQUE,
    asked_by      BLOB    NOT NULL,
    asked_by_name TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    kept          BOOLEAN NOT NULL CHECK (kept IN (0, 1)), -- does not expire
    expires_at    BIGINT  NOT NULL,
    finished_at   BIGINT  NULL,
    folder        TEXT    NULL, -- of its files in the object store, of the attempt that ended well
    entry_rows    BIGINT  NULL,
    bytes         BIGINT  NULL, -- of all its files
    manifest      TEXT    NULL  -- JSON, as it is stored beside the files
);
CREATE INDEX snapshots_to_expire ON snapshots (kept, expires_at);

-- One row: when snapshots are made without being asked for, and when the object store was last looked through.
CREATE TABLE snapshot_schedule (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version     INTEGER NOT NULL, -- each change adds 1
    cron        TEXT    NULL,     -- five fields; NULL: none
    what        TEXT    NULL,     -- JSON, as of a snapshot
    keep_last   INTEGER NOT NULL, -- so many of its snapshots stay
    next_at     BIGINT  NULL,
    set_by      BLOB    NULL,
    set_by_name TEXT    NULL,
    swept_at    BIGINT  NOT NULL
);

INSERT INTO snapshot_schedule (id, version, keep_last, swept_at) VALUES (1, 0, 7, 0);
