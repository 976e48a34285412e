DROP TABLE snapshot_schedule;
DROP TABLE snapshots;
