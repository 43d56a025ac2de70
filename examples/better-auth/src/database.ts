import { type PoolOptions, createPool } from "mysql2";
import type { Pool } from "mysql2/promise";

/** Connections to Doorward's database, for Better Auth. */
export function connect(options: PoolOptions): Pool {
  const pool = createPool({
    ...options,
    // The columns are DATETIME in UTC, whatever the time zone of this process or of the database's machine.
    timezone: "Z",
  });
  pool.on("connection", (connection) => {
    // As Doorward's own: a transaction that waited for another one sees what that one wrote. A connection takes one
    // statement after the other, so this is its first.
    connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
  });
  return pool.promise();
}
