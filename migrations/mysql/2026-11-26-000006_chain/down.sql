ALTER TABLE audit_events DROP INDEX audit_events_by_kind_and_person, DROP INDEX audit_events_by_kind;
DROP TABLE chain_head;
