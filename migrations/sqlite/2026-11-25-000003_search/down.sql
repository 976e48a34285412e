DROP TABLE entry_terms;
DROP INDEX entries_by_title_and_status;
DROP INDEX entries_by_title;
DROP INDEX entries_by_creation_and_status;
DROP INDEX entries_by_creation;
ALTER TABLE entries DROP COLUMN title_key;
