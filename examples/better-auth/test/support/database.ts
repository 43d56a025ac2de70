import { after } from "node:test";
import type { RowDataPacket } from "mysql2";
import { connect } from "../../src/database.js";
import { required } from "./required.js";

/** The one database of both. */
export const database = connect({ uri: required(process.env.DATABASE_URL) });

after(() => database.end());

/** What a statement selects, as the driver reads it for Better Auth. */
export async function rows(sql: string, ...values: string[]): Promise<RowDataPacket[]> {
  const [found] = await database.query<RowDataPacket[]>(sql, values);
  return found;
}
