-- Who may call. `roles` are names between commas; `certificateName` is the one URI or DNS name of a client
-- certificate by which the caller is known beside its keys.
CREATE TABLE caller (
  id              VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  name            VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  roles           VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  certificateName VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL,
  createdAt       DATETIME(6)  NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  updatedAt       DATETIME(6)  NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  PRIMARY KEY (id),
  UNIQUE KEY caller_name (name),
  UNIQUE KEY caller_certificate (certificateName)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- `hash` is the SHA-256 of the key in hex. A revoked key is a deleted row.
CREATE TABLE caller_key (
  id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  callerId  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  hash      CHAR(64)    CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  createdAt DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  expires   DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  KEY caller_key_caller (callerId),
  KEY caller_key_created (createdAt, id),
  CONSTRAINT caller_key_of_caller FOREIGN KEY (callerId) REFERENCES caller (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Which key an event is about. An INSTANT change, whatever the size of the table.
ALTER TABLE event ADD COLUMN callerKeyId VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NULL, ALGORITHM = INSTANT;
