-- What one request changed: for the report after changing many entries at once, and for an id from an error page.
CREATE INDEX audit_events_by_request ON audit_events (request_id);
