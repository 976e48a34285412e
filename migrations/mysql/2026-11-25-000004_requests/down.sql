ALTER TABLE audit_events DROP INDEX audit_events_by_request;
