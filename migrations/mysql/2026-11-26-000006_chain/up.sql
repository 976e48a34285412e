-- The end of the chain that sealed events form: one row, made by the application when it migrates, and locked by whoever
-- seals. docs/audit-format.md says what the links are made of.
CREATE TABLE chain_head (
    id              INT        NOT NULL PRIMARY KEY, -- 1
    book_uid        BINARY(16) NOT NULL, -- random; the genesis link is made of it, so that no two books share a chain
    genesis         BINARY(32) NOT NULL, -- the link before the first event
    seq             BIGINT     NOT NULL, -- of the event that was sealed last; 0: none was
    link            BINARY(32) NOT NULL, -- that event's; the genesis link while there is none
    sealed_at       BIGINT     NULL,
    verified_at     BIGINT     NULL,     -- when the chain was walked last
    verified_seq    BIGINT     NULL,     -- up to which event
    verified_faults BIGINT     NULL      -- what was found wrong; 0: nothing
) ENGINE = InnoDB;

-- The page of the log: each kind of change by itself, by anybody or by one person, newest first.
ALTER TABLE audit_events
    ADD INDEX audit_events_by_kind (subject_kind, kind, at),
    ADD INDEX audit_events_by_kind_and_person (subject_kind, kind, actor_uid, at);
