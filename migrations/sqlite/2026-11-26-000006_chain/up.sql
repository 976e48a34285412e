-- The end of the chain that sealed events form: one row, made by the application when it migrates, and locked by whoever
-- seals. docs/audit-format.md says what the links are made of.
CREATE TABLE chain_head (
    id              INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    book_uid        BLOB    NOT NULL, -- random; the genesis link is made of it, so that no two books share a chain
    genesis         BLOB    NOT NULL, -- the link before the first event
    seq             BIGINT  NOT NULL, -- of the event that was sealed last; 0: none was
    link            BLOB    NOT NULL, -- that event's; the genesis link while there is none
    sealed_at       BIGINT  NULL,
    verified_at     BIGINT  NULL,     -- when the chain was walked last
    verified_seq    BIGINT  NULL,     -- up to which event
    verified_faults BIGINT  NULL      -- what was found wrong; 0: nothing
);

-- The page of the log: each kind of change by itself, by anybody or by one person, newest first.
CREATE INDEX audit_events_by_kind ON audit_events (subject_kind, kind, at);
CREATE INDEX audit_events_by_kind_and_person ON audit_events (subject_kind, kind, actor_uid, at);
