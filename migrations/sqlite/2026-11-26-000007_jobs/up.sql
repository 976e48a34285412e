-- Work that takes longer than a request. A row is made in the transaction of what asks for it, and is the truth about
-- the work: the queue only says that there is some.
CREATE TABLE jobs (
    id             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- internal, never shown
    uid            BLOB    NOT NULL UNIQUE CHECK (length(uid) = 16),
    kind           TEXT    NOT NULL, -- 'change_entries'
    arguments      TEXT    NOT NULL, -- JSON; what the kind needs to know
    state          TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    run_at         BIGINT  NOT NULL, -- not before this time, by the database's clock
    owner          BLOB    NULL,     -- the worker that runs it
    lease_until    BIGINT  NULL,     -- after this time, by the database's clock, another may take it over
    fence          BIGINT  NOT NULL, -- rises with every claim: a worker with an older one may write nothing
    failures       INTEGER NOT NULL,
    handled        BIGINT  NOT NULL, -- how much of it is done
    total          BIGINT  NULL,     -- out of how much, if that is known
    bookmark       TEXT    NULL,     -- JSON; where the work goes on
    cancel_wanted  BOOLEAN NOT NULL CHECK (cancel_wanted IN (0, 1)),
    error          TEXT    NULL,     -- why it failed last, for people
    result         TEXT    NULL,     -- JSON
    asked_by       BLOB    NOT NULL,
    asked_by_name  TEXT    NOT NULL,
    client_address TEXT    NULL,
    form_key       BLOB    NOT NULL, -- of the form that asked for it: a double click makes one job
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    finished_at    BIGINT  NULL,
    UNIQUE (asked_by, form_key)
);
CREATE INDEX jobs_to_run ON jobs (state, run_at);
CREATE INDEX jobs_by_lease ON jobs (state, lease_until);

-- Processes that run jobs, with their last sign of life by the database's clock. For people; leases do not depend on it.
CREATE TABLE workers (
    uid        BLOB   NOT NULL PRIMARY KEY CHECK (length(uid) = 16),
    kind       TEXT   NOT NULL, -- 'web', 'worker'
    name       TEXT   NOT NULL, -- host and process
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
