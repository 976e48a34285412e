-- The book's entries. Times are microseconds since 1970-01-01 UTC; uids are the 16 bytes of a UUIDv7.
CREATE TABLE entries (
    id              BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY, -- internal, never shown
    uid             BINARY(16)   NOT NULL UNIQUE,
    title           VARCHAR(200) NOT NULL,
    description     TEXT         NOT NULL,
    done            BOOLEAN      NOT NULL,
    version         INT          NOT NULL, -- every change adds 1
    trashed         BOOLEAN      NOT NULL,
    created_at      BIGINT       NOT NULL,
    created_by      BINARY(16)   NOT NULL, -- the person's uid; no foreign key, so that history outlives accounts
    created_by_name VARCHAR(200) NOT NULL,
    updated_at      BIGINT       NOT NULL,
    updated_by      BINARY(16)   NOT NULL,
    updated_by_name VARCHAR(200) NOT NULL,
    -- One index for each list that a page shows: the book or the trash, whole or by status, newest change first.
    INDEX entries_by_change (trashed, updated_at, uid),
    INDEX entries_by_status (trashed, done, updated_at, uid)
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;
