-- What one request changed: for the report after changing many entries at once, and for an id from an error page.
ALTER TABLE audit_events ADD INDEX audit_events_by_request (request_id);
