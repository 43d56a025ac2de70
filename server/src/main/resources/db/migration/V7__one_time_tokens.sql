-- Of a row that has a purpose, `value` is the SHA-256 of its token in hex; without one, it is Better Auth's.
-- `userId` and `userEmail` say whose token it is, and which address they had when it was given out: with another
-- address it is good for nothing.
ALTER TABLE verification
  ADD COLUMN userId    VARCHAR(64)  CHARACTER SET ascii   COLLATE ascii_nopad_bin   NULL,
  ADD COLUMN userEmail VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
  ALGORITHM = INSTANT;

ALTER TABLE verification
  ADD UNIQUE KEY verification_token (identifier, purpose, value(64)),
  ADD KEY verification_value (value(64)),
  ALGORITHM = INPLACE, LOCK = NONE;

-- No row has a user yet, so there is nothing to look through, which would lock the table.
SET SESSION foreign_key_checks = 0;
ALTER TABLE verification
  ADD CONSTRAINT verification_of_user FOREIGN KEY (userId) REFERENCES user (id) ON DELETE CASCADE,
  ALGORITHM = INPLACE, LOCK = NONE;
SET SESSION foreign_key_checks = 1;
