DROP TABLE entry_terms;
ALTER TABLE entries
    DROP INDEX entries_by_title_and_status,
    DROP INDEX entries_by_title,
    DROP INDEX entries_by_creation_and_status,
    DROP INDEX entries_by_creation,
    DROP COLUMN title_key;
