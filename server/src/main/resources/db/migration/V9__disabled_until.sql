-- When being disabled ends by itself; NULL is never. A column comes to a table of any size at once (INSTANT), but not while there is
-- an index on a virtual column. Until that index is back, which locks nobody out, lists of disabled users take longer.
ALTER TABLE user DROP KEY user_disabled, ALGORITHM = INPLACE, LOCK = NONE;
ALTER TABLE user ADD COLUMN disabledUntil DATETIME(6) NULL, ALGORITHM = INSTANT;
ALTER TABLE user ADD KEY user_disabled (disabled, createdAt, id), ALGORITHM = INPLACE, LOCK = NONE;
