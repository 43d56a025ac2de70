-- To which history of the database the numbers of the lanes belong. Whoever restores the database from
-- a copy changes it, so that every reader of the feed begins anew:
-- UPDATE revocation_feed SET epoch = UUID();
CREATE TABLE revocation_feed (
  id    TINYINT UNSIGNED NOT NULL DEFAULT 1,
  epoch CHAR(36)         CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT revocation_feed_one_row CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

INSERT INTO revocation_feed (epoch) VALUES (UUID());
