-- Lists of what one person changed last, whole or by status. First, since it waits for others who read entries, and MySQL
-- takes back nothing of what came before it.
ALTER TABLE entries
    ADD INDEX entries_by_person (trashed, updated_by, updated_at, uid),
    ADD INDEX entries_by_person_and_status (trashed, done, updated_by, updated_at, uid);

-- Who may come in. Accounts are disabled, never deleted: the log names them.
CREATE TABLE users (
    id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY, -- internal, never shown
    uid           BINARY(16)   NOT NULL UNIQUE,
    email         VARCHAR(254) NOT NULL UNIQUE, -- lower case
    name          VARCHAR(100) NOT NULL,
    role          VARCHAR(20)  NOT NULL, -- 'viewer', 'editor', 'administrator'
    disabled      BOOLEAN      NOT NULL,
    password_hash VARCHAR(200) NOT NULL, -- argon2id, as a PHC string
    version       INT          NOT NULL, -- every change adds 1
    created_at    BIGINT       NOT NULL,
    updated_at    BIGINT       NOT NULL
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

-- One row, locked by whoever changes who is an administrator: so two at once neither leave none, nor make two first ones.
CREATE TABLE users_lock (
    id INT NOT NULL PRIMARY KEY
) ENGINE = InnoDB;
INSERT INTO users_lock (id) VALUES (1);

-- Who is in. The secret itself is in the person's cookie only.
CREATE TABLE sessions (
    id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    uid          BINARY(16)   NOT NULL UNIQUE, -- names it on pages and in the log
    token_hash   BINARY(32)   NOT NULL UNIQUE, -- SHA-256 of the cookie's 256 random bits
    user_uid     BINARY(16)   NOT NULL,
    created_at   BIGINT       NOT NULL,
    last_seen_at BIGINT       NOT NULL, -- to the minute
    address      VARCHAR(45)  NOT NULL,
    device       VARCHAR(200) NOT NULL, -- the User-Agent header, cut
    INDEX sessions_by_user (user_uid)
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

-- Links that let somebody make an account, or choose a new password for the one they have. A row goes when its link is
-- used or taken back.
CREATE TABLE invitations (
    id              BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    uid             BINARY(16)   NOT NULL UNIQUE,
    token_hash      BINARY(32)   NOT NULL UNIQUE,
    email           VARCHAR(254) NOT NULL UNIQUE,
    role            VARCHAR(20)  NOT NULL,
    user_uid        BINARY(16)   NULL, -- the account that gets a new password
    version         INT          NOT NULL,
    created_at      BIGINT       NOT NULL,
    created_by      BINARY(16)   NOT NULL,
    created_by_name VARCHAR(200) NOT NULL,
    expires_at      BIGINT       NOT NULL
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

-- Links that make the first administrator: one for each start until there is one.
CREATE TABLE setup_links (
    token_hash BINARY(32) NOT NULL PRIMARY KEY,
    created_at BIGINT     NOT NULL
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;

-- Failed sign-ins of the minute under way: each row becomes one event of the audit log when its minute is over.
CREATE TABLE failed_sign_ins (
    id      BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    uid     BINARY(16)   NOT NULL,
    email   VARCHAR(254) NOT NULL, -- of the account; empty for all that there are not: people type passwords here by mistake
    address VARCHAR(45)  NOT NULL, -- the client's
    minute  BIGINT       NOT NULL, -- microseconds since 1970-01-01 UTC at its beginning
    number  INT          NOT NULL,
    UNIQUE (email, address, minute)
) ENGINE = InnoDB, DEFAULT CHARACTER SET utf8mb4, COLLATE utf8mb4_bin;
