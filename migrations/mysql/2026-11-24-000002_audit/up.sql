-- One row per change, kept for ever. seq, link and sealed_at stay empty until the event is sealed into the chain.
CREATE TABLE audit_events (
    id           BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    subject_kind VARCHAR(20) NOT NULL, -- 'entry'
    subject_uid  BINARY(16)  NOT NULL,
    version      INT         NOT NULL, -- the subject's version that this change made
    kind         VARCHAR(20) NOT NULL, -- 'create', 'update', 'status', 'trash', 'restore', 'purge'
    actor_uid    BINARY(16)  NOT NULL,
    channel      VARCHAR(20) NOT NULL, -- 'web', 'cli'
    request_id   BINARY(16)  NOT NULL,
    at           BIGINT      NOT NULL, -- microseconds since 1970-01-01 UTC
    commitment   BINARY(32)  NOT NULL, -- salted SHA-256 of the image
    seq          BIGINT      NULL UNIQUE,
    link         BINARY(32)  NULL,
    sealed_at    BIGINT      NULL,
    UNIQUE (subject_uid, version, subject_kind)
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

-- What can be erased or pruned while the event and its commitment stay. The images are TEXT, not JSON: MySQL would
-- write JSON anew, and the commitment is over the very bytes.
CREATE TABLE audit_images (
    event_id       BIGINT       NOT NULL PRIMARY KEY, -- audit_events.id
    salt           BINARY(32)   NOT NULL,
    `before`       MEDIUMTEXT   NULL, -- JSON with a format number; NULL: there was nothing before
    after          MEDIUMTEXT   NULL, -- likewise; NULL: purged
    actor_name     VARCHAR(200) NOT NULL,
    client_address VARCHAR(45)  NULL
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;
