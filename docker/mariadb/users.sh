#!/usr/bin/env bash
# Run by MariaDB's image when its database is made: one user for the servers, who may not change the schema, and one who may.
set -euo pipefail

# Into SQL between quotes; passwords are made of letters and digits.
mariadb --user=root --password="$(cat /run/secrets/root-password)" <<SQL
CREATE DATABASE doorward CHARACTER SET utf8mb4;
CREATE USER doorward IDENTIFIED BY '$(cat /run/secrets/database-password)';
GRANT SELECT, INSERT, UPDATE, DELETE ON doorward.* TO doorward;
CREATE USER doorward_owner IDENTIFIED BY '$(cat /run/secrets/owner-password)';
GRANT ALL PRIVILEGES ON doorward.* TO doorward_owner;
SQL
