-- What two nodes of a cluster must not do at once changes one row, for they compare what they have written, not what they have locked:
-- whoever unlinks one of a user's accounts changes the user's, and whoever signs in by an account changes the account's.
ALTER TABLE user ADD COLUMN accountsVersion INT UNSIGNED NOT NULL DEFAULT 0, ALGORITHM = INSTANT;
ALTER TABLE account ADD COLUMN version BIGINT UNSIGNED NOT NULL DEFAULT 0, ALGORITHM = INSTANT;
