ALTER TABLE entries DROP INDEX entries_by_person, DROP INDEX entries_by_person_and_status;
DROP TABLE failed_sign_ins, setup_links, invitations, sessions, users_lock, users;
