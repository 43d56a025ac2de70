-- The place of an event in the order of the log, NULL until it has one. An event gets its id before its
-- transaction commits, so whoever reads `id > cursor` misses what commits late. The place is given after
-- the commit, under the lock of the one row of event_head: whoever sees place n sees all below it.
ALTER TABLE event ADD COLUMN seq BIGINT NULL, ALGORITHM = INSTANT;

-- Those without a place stand at the front of event_seq, in the order of their ids.
ALTER TABLE event
  ADD KEY event_seq (seq, id),
  ADD KEY event_user_created (userId, createdAt, id),
  DROP KEY event_user,
  ALGORITHM = INPLACE, LOCK = NONE;

-- The last place that is taken.
CREATE TABLE event_head (
  id  TINYINT UNSIGNED NOT NULL DEFAULT 1,
  seq BIGINT           NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  CONSTRAINT event_head_one_row CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

INSERT INTO event_head (seq) VALUES (0);
