-- How often a password was tried without success. An attempt is counted before the password is hashed, and
-- taken back if it succeeds or was never judged; so several servers together keep to one limit.

-- `subject` is user:<id>, or nobody:<hash of what was named> where no password is kept. `streak` are the attempts since
-- the last quiet day, which the waits grow by; `failures` are all since the last success, which the limit is for.
CREATE TABLE account_attempts (
  subject      VARCHAR(72)  CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  failures     INT          NOT NULL,
  streak       INT          NOT NULL,
  lastAttempt  CHAR(21)     CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  attemptedAt  DATETIME(6)  NOT NULL,
  blockedUntil DATETIME(6)  NULL,
  PRIMARY KEY (subject)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- `network` is an IPv4 address or the first 64 bits of an IPv6 address. `recoveredAt` is when all of its failures will be
-- forgiven: each moves it on by the same time, so a row whose time has come says as much as none.
CREATE TABLE network_attempts (
  network     VARCHAR(45)  CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  lastAttempt CHAR(21)     CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  recoveredAt DATETIME(6)  NOT NULL,
  PRIMARY KEY (network)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
