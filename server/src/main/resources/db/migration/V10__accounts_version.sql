-- Changes with each account that is unlinked, so that nodes of a cluster see that they have unlinked two of one user at once.
ALTER TABLE user ADD COLUMN accountsVersion INT UNSIGNED NOT NULL DEFAULT 0, ALGORITHM = INSTANT;
