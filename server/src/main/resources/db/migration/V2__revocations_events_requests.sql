-- A revocation takes the next number of its lane (a stable hash of the user id). The lane's row lock
-- orders the commits within a lane: whoever sees number n sees all below it, and a hole is an alarm.
CREATE TABLE revocation_lane (
  lane TINYINT UNSIGNED NOT NULL,
  seq  BIGINT           NOT NULL DEFAULT 0,
  PRIMARY KEY (lane)
) ENGINE = InnoDB;

INSERT INTO revocation_lane (lane) VALUES
  (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15);

-- `sessionId` is the session that ended or changed; for USER_SESSIONS_REVOKED the one that goes on.
CREATE TABLE revocation (
  lane      TINYINT UNSIGNED NOT NULL,
  seq       BIGINT           NOT NULL,
  kind      VARCHAR(32)      CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  sessionId VARCHAR(64)      CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
  userId    VARCHAR(64)      CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  createdAt DATETIME(6)      NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  PRIMARY KEY (lane, seq),
  KEY revocation_created (createdAt)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Every change, in the transaction that made it. Never a secret.
CREATE TABLE event (
  id        BIGINT       NOT NULL AUTO_INCREMENT,
  createdAt DATETIME(6)  NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  caller    VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  type      VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  userId    VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
  sessionId VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
  accountId VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
  ipAddress VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
  PRIMARY KEY (id),
  KEY event_user (userId, id),
  KEY event_created (createdAt)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- What was made under a request_id, so that making it again makes nothing.
CREATE TABLE idempotency (
  caller      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  requestId   CHAR(36)    CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  fingerprint BINARY(32)  NOT NULL,
  resourceId  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  createdAt   DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  PRIMARY KEY (caller, requestId),
  KEY idempotency_created (createdAt)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
