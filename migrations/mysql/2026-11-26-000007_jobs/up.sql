-- Work that takes longer than a request. A row is made in the transaction of what asks for it, and is the truth about
-- the work: the queue only says that there is some.
CREATE TABLE jobs (
    id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY, -- internal, never shown
    uid            BINARY(16)   NOT NULL UNIQUE,
    kind           VARCHAR(40)  NOT NULL, -- 'change_entries'
    arguments      MEDIUMTEXT   NOT NULL, -- JSON; what the kind needs to know
    state          VARCHAR(20)  NOT NULL, -- 'waiting', 'running', 'done', 'failed', 'cancelled'
    run_at         BIGINT       NOT NULL, -- not before this time, by the database's clock
    owner          BINARY(16)   NULL,     -- the worker that runs it
    lease_until    BIGINT       NULL,     -- after this time, by the database's clock, another may take it over
    fence          BIGINT       NOT NULL, -- rises with every claim: a worker with an older one may write nothing
    failures       INT          NOT NULL,
    handled        BIGINT       NOT NULL, -- how much of it is done
    total          BIGINT       NULL,     -- out of how much, if that is known
    bookmark       MEDIUMTEXT   NULL,     -- JSON; where the work goes on
    cancel_wanted  BOOLEAN      NOT NULL,
    error          TEXT         NULL,     -- why it failed last, for people
    result         MEDIUMTEXT   NULL,     -- JSON
    asked_by       BINARY(16)   NOT NULL,
    asked_by_name  VARCHAR(200) NOT NULL,
    client_address VARCHAR(45)  NULL,
    form_key       BINARY(16)   NOT NULL, -- of the form that asked for it: a double click makes one job
    created_at     BIGINT       NOT NULL,
    updated_at     BIGINT       NOT NULL,
    finished_at    BIGINT       NULL,
    UNIQUE (asked_by, form_key),
    INDEX jobs_to_run (state, run_at),
    INDEX jobs_by_lease (state, lease_until)
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

-- Processes that run jobs, with their last sign of life by the database's clock. For people; leases do not depend on it.
CREATE TABLE workers (
    uid        BINARY(16)   NOT NULL PRIMARY KEY,
    kind       VARCHAR(20)  NOT NULL, -- 'web', 'worker'
    name       VARCHAR(200) NOT NULL, -- host and process
    started_at BIGINT       NOT NULL,
    seen_at    BIGINT       NOT NULL
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;
