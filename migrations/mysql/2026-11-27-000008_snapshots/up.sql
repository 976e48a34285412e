-- Copies of the book as files. A row is made when somebody asks for one, with the job that makes it; the files are there
-- for people once `finished_at` is set.
CREATE TABLE snapshots (
    id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY, -- internal, never shown
    uid           BINARY(16)   NOT NULL UNIQUE,
    version       INT          NOT NULL, -- 0 until it is made; each event about it adds 1
    what          TEXT         NOT NULL, -- JSON; which entries, in which format
    scheduled     BOOLEAN      NOT NULL, -- made by the schedule
    due_at        BIGINT       NULL UNIQUE, -- the schedule's time that it was made for: one for each
    job_uid       BINARY(16)   NOT NULL UNIQUE,
    asked_by      BINARY(16)   NOT NULL,
    asked_by_name VARCHAR(200) NOT NULL,
    created_at    BIGINT       NOT NULL,
    kept          BOOLEAN      NOT NULL, -- does not expire
    expires_at    BIGINT       NOT NULL,
    finished_at   BIGINT       NULL,
    folder        VARCHAR(100) NULL,     -- of its files in the object store, of the attempt that ended well
    entry_rows    BIGINT       NULL,
    bytes         BIGINT       NULL,     -- of all its files
    manifest      MEDIUMTEXT   NULL,     -- JSON, as it is stored beside the files
    INDEX snapshots_to_expire (kept, expires_at)
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

-- One row: when snapshots are made without being asked for, and when the object store was last looked through.
CREATE TABLE snapshot_schedule (
    id          INT          NOT NULL PRIMARY KEY, -- 1
    version     INT          NOT NULL, -- each change adds 1
    cron        VARCHAR(200) NULL,     -- five fields; NULL: none
    what        TEXT         NULL,     -- JSON, as of a snapshot
    keep_last   INT          NOT NULL, -- so many of its snapshots stay
    next_at     BIGINT       NULL,
    set_by      BINARY(16)   NULL,
    set_by_name VARCHAR(200) NULL,
    swept_at    BIGINT       NOT NULL
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

INSERT INTO snapshot_schedule (id, version, keep_last, swept_at) VALUES (1, 0, 7, 0);
