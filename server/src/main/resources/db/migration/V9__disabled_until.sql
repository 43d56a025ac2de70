-- When being disabled ends by itself; NULL is never.
ALTER TABLE user ADD COLUMN disabledUntil DATETIME(6) NULL, ALGORITHM = INSTANT;
