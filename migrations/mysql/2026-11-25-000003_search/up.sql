-- For sorting by title: the title folded and cut by the application, since servers disagree about collations. Empty
-- until `migrate` has filled it in.
ALTER TABLE entries
    ADD COLUMN title_key VARCHAR(64) NOT NULL DEFAULT '',
    -- One index for each order of a list, whole or by status.
    ADD INDEX entries_by_creation (trashed, created_at, uid),
    ADD INDEX entries_by_creation_and_status (trashed, done, created_at, uid),
    ADD INDEX entries_by_title (trashed, title_key, uid),
    ADD INDEX entries_by_title_and_status (trashed, done, title_key, uid);

-- The index of words: one row for each word of an entry. Words are folded and cut by the application, so that they are
-- the same on every database, however short or frequent.
CREATE TABLE entry_terms (
    trashed  BOOLEAN     NOT NULL, -- as the entry's
    term     VARCHAR(40) NOT NULL,
    entry_id BIGINT      NOT NULL, -- entries.id
    PRIMARY KEY (trashed, term, entry_id)
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;
