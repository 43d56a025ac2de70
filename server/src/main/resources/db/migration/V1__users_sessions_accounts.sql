-- Exactness: whatever is looked up byte for byte (ids, tokens, provider keys, addresses) has a
-- collation that neither folds case nor accents and does not ignore trailing blanks.
-- Times are UTC. A column that Better Auth never writes has a default or may be NULL.
-- What is generated and has an index is STORED: to purge an entry of an index on a VIRTUAL column, InnoDB opens the
-- table through the server, and mariadbd --wsrep-recover, which starts no server, dies of that (10.11).

CREATE TABLE user (
  id              VARCHAR(64)   CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL,
  email           VARCHAR(254)  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  emailVerified   BOOLEAN       NOT NULL DEFAULT FALSE,
  name            VARCHAR(255)  NULL,
  image           TEXT          NULL,
  createdAt       DATETIME(6)   NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  updatedAt       DATETIME(6)   NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  emailVerifiedAt DATETIME(6)   NULL,
  disabledAt      DATETIME(6)   NULL,
  disabledReason  VARCHAR(255)  NULL,
  metadata        JSON          NULL,
  disabled        BOOLEAN       AS (disabledAt IS NOT NULL) STORED,
  PRIMARY KEY (id),
  UNIQUE KEY user_email (email),
  KEY user_created (createdAt, id),
  KEY user_disabled (disabled, createdAt, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- `sessionToken` holds the SHA-256 of the token in hex (session.token-at-rest=hashed) or the token
-- itself (plain). A revoked session is a deleted row.
CREATE TABLE session (
  id              VARCHAR(64)   CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL,
  userId          VARCHAR(64)   CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL,
  expires         DATETIME(6)   NOT NULL,
  sessionToken    VARCHAR(255)  CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL,
  createdAt       DATETIME(6)   NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  updatedAt       DATETIME(6)   NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  ipAddress       VARCHAR(64)   NULL,
  userAgent       TEXT          NULL,
  remember        BOOLEAN       NOT NULL DEFAULT TRUE,
  authenticatedAt DATETIME(6)   NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  PRIMARY KEY (id),
  UNIQUE KEY session_token (sessionToken),
  KEY session_user (userId, createdAt, id),
  KEY session_expires (expires),
  CONSTRAINT session_of_user FOREIGN KEY (userId) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE account (
  id                    VARCHAR(64)   CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL,
  userId                VARCHAR(64)   CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL,
  type                  VARCHAR(32)   CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL DEFAULT 'oauth',
  provider              VARCHAR(255)  CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL,
  providerAccountId     VARCHAR(255)  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  createdAt             DATETIME(6)   NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  updatedAt             DATETIME(6)   NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  password              VARCHAR(1024) CHARACTER SET ascii   COLLATE ascii_nopad_bin   NULL,
  accessToken           TEXT          NULL,
  refreshToken          TEXT          NULL,
  idToken               TEXT          NULL,
  accessTokenExpiresAt  DATETIME(6)   NULL,
  refreshTokenExpiresAt DATETIME(6)   NULL,
  scope                 TEXT          NULL,
  tokenType             VARCHAR(64)   NULL,
  sessionState          TEXT          NULL,
  PRIMARY KEY (id),
  UNIQUE KEY account_provider (provider, providerAccountId),
  KEY account_user (userId, createdAt, id),
  CONSTRAINT account_of_user FOREIGN KEY (userId) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE verification (
  id         VARCHAR(64)  CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL,
  identifier VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  value      TEXT         NOT NULL,
  expiresAt  DATETIME(6)  NOT NULL,
  createdAt  DATETIME(6)  NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  updatedAt  DATETIME(6)  NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  purpose    VARCHAR(32)  CHARACTER SET ascii   COLLATE ascii_nopad_bin   NULL,
  PRIMARY KEY (id),
  KEY verification_identifier (identifier, createdAt),
  KEY verification_expires (expiresAt)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
