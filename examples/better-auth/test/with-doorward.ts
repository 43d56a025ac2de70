// Runs a command while a Doorward runs beside it, on a new database of the MariaDB that $DOORWARD_CONFIG names.
// The command finds in its environment DATABASE_URL, DOORWARD_TARGET, DOORWARD_KEY_FILE and BETTER_AUTH_SECRET.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createConnection } from "mysql2/promise";

const JARS = "../../server/target";

/** All that Better Auth needs. */
const TABLES = ["user", "session", "account", "verification"];

const [program, ...parameters] = process.argv.slice(2);
const { DOORWARD_CONFIG } = process.env;
if (!program || !DOORWARD_CONFIG) {
  throw new Error("DOORWARD_CONFIG=FILE with-doorward COMMAND (expected: both)");
}

const given = settingsIn(DOORWARD_CONFIG);
const url = new URL(setting("database.url").replace(/^jdbc:/, ""));
const name = `better_auth_${randomBytes(4).toString("hex")}`;
const password = randomBytes(16).toString("hex");
const directory = mkdtempSync(join(tmpdir(), "better-auth-"));
const secret = randomBytes(32).toString("base64");
const secretFile = file("secret", secret);

/** Beside what the file says, over which these win. */
const environment = {
  ...process.env,
  // Neither the tests' nor the database's.
  TZ: "Asia/Kolkata",
  DOORWARD_DATABASE_URL: `jdbc:mariadb://${url.host}/${name}${url.search}`,
  DOORWARD_SERVER_PORT: "0",
  // What a database needs that a live Better Auth shares.
  DOORWARD_SESSION_TOKEN_AT_REST: "plain",
  DOORWARD_PASSWORD_PROVIDER: "credential",
  DOORWARD_ACCOUNT_TOKENS_AT_REST: "plain",
  DOORWARD_SESSION_BETTER_AUTH_SECRET_FILE: secretFile,
};

await sql(`CREATE DATABASE ${name}`);
let server: ChildProcess | undefined;
try {
  run("migrate");
  await sql(`CREATE USER ${name} IDENTIFIED BY '${password}'`);
  for (const table of TABLES) {
    await sql(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${name}.${table} TO ${name}`);
  }
  const key = run("key", "create", "tests", "--role", "validator,authenticator,directory,admin");
  server = spawn("java", ["-jar", jar(), "serve"], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const command = spawn(program, parameters, {
    stdio: "inherit",
    env: {
      ...process.env,
      DATABASE_URL: `mysql://${name}:${password}@${url.host}/${name}`,
      DOORWARD_TARGET: await serving(server),
      DOORWARD_KEY_FILE: file("caller.key", key),
      BETTER_AUTH_SECRET: secret,
    },
  });
  const [status] = (await once(command, "exit")) as [number | null];
  process.exitCode = status ?? 1;
} finally {
  if (server?.exitCode === null) {
    server.kill();
    await once(server, "exit");
  }
  await sql(`DROP DATABASE ${name}`);
  await sql(`DROP USER IF EXISTS ${name}`);
  rmSync(directory, { recursive: true });
}

/** Runs one of Doorward's commands, and says what it has printed. */
function run(...parameters: string[]): string {
  return execFileSync("java", ["-jar", jar(), ...parameters], { env: environment, encoding: "utf8" }).trim();
}

function jar(): string {
  const found = readdirSync(JARS).find((each) => /^doorward-server-.*-all\.jar$/.test(each));
  if (!found) {
    throw new Error(`${JARS}: no doorward-server-*-all.jar (expected: what \`mvn package\` makes)`);
  }
  return join(JARS, found);
}

/** Where it serves, once it does. The rest of its log is read, and let go, so that it never waits for a reader. */
async function serving(server: ChildProcess): Promise<string> {
  const log: string[] = [];
  const lines = createInterface({ input: server.stdout ?? process.stdin });
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      log.push(line);
      const address = /serving on (\S+) after/.exec(line)?.[1];
      if (address) {
        resolve(address);
      }
    });
    server.once("exit", () => {
      reject(new Error(`Doorward did not start:\n${log.join("\n")}`));
    });
  });
}

async function sql(statement: string): Promise<void> {
  const connection = await createConnection({
    host: url.hostname,
    port: Number(url.port),
    user: setting("database.user"),
    password: setting("database.password"),
  });
  await connection.query(statement);
  await connection.end();
}

function settingsIn(path: string): Map<string, string> {
  const lines = readFileSync(path, "utf8").split("\n");
  return new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

function setting(key: string): string {
  const value = given.get(key);
  if (value === undefined) {
    throw new Error(`${key} (expected: in the file that DOORWARD_CONFIG names)`);
  }
  return value;
}

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
