DROP INDEX entries_by_person;
DROP INDEX entries_by_person_and_status;
DROP TABLE failed_sign_ins;
DROP TABLE setup_links;
DROP TABLE invitations;
DROP TABLE sessions;
DROP TABLE users_lock;
DROP TABLE users;
