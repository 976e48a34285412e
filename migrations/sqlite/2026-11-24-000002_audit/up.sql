-- One row per change, kept for ever. seq, link and sealed_at stay empty until the event is sealed into the chain.
CREATE TABLE audit_events (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    subject_kind TEXT    NOT NULL, -- 'entry'
    subject_uid  BLOB    NOT NULL CHECK (length(subject_uid) = 16),
    version      INTEGER NOT NULL, -- the subject's version that this change made
    kind         TEXT    NOT NULL, -- 'create', 'update', 'status', 'trash', 'restore', 'purge'
    actor_uid    BLOB    NOT NULL,
    channel      TEXT    NOT NULL, -- 'web', 'cli'
    request_id   BLOB    NOT NULL,
    at           BIGINT  NOT NULL, -- microseconds since 1970-01-01 UTC
    commitment   BLOB    NOT NULL CHECK (length(commitment) = 32), -- salted SHA-256 of the image
    seq          BIGINT  NULL UNIQUE,
    link         BLOB    NULL,
    sealed_at    BIGINT  NULL,
    UNIQUE (subject_uid, version, subject_kind)
);

-- What can be erased or pruned while the event and its commitment stay.
CREATE TABLE audit_images (
    event_id       BIGINT NOT NULL PRIMARY KEY, -- audit_events.id
    salt           BLOB   NOT NULL,
    before         TEXT   NULL, -- JSON with a format number; NULL: there was nothing before
    after          TEXT   NULL, -- likewise; NULL: purged
    actor_name     TEXT   NOT NULL,
    client_address TEXT   NULL
);
