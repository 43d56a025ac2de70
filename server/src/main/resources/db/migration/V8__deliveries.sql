-- How often one-time tokens were asked for that would be delivered to one address, or for one user. `subject` is the hash
-- of the purpose and of the address or id, whether anybody has it or not. `recoveredAt` is when all that was asked for will be
-- forgotten: each request moves it on by the same time, so a row whose time has come says as much as none.
CREATE TABLE delivery (
  subject     CHAR(43)    CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  lastRequest CHAR(21)    CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  recoveredAt DATETIME(6) NOT NULL,
  PRIMARY KEY (subject),
  KEY delivery_recovered (recoveredAt)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
