DROP TABLE audit_images;
DROP TABLE audit_events;
