// Runs a command beside a development server, of which DOORWARD_TARGET and DOORWARD_KEY_FILE tell it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const ROOT = resolve(import.meta.dirname, "../../../..");
const SERVER = join(ROOT, "server/target");
const START_MS = 120_000;

const directory = mkdtempSync(join(tmpdir(), "doorward-"));
const data = join(directory, "data");
const port = await freePort();
const doorward = startDoorward();
try {
  await serving(doorward);
  process.exitCode = await run(process.argv.slice(2));
} finally {
  if (doorward.kill()) {
    await once(doorward, "exit");
  }
  rmSync(directory, { recursive: true });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port: free } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return free;
}

function startDoorward(): ChildProcess {
  const classpath = readFileSync(join(SERVER, "classpath"), "utf8").trim();
  return spawn(
    "java",
    [
      "-Xmx400m",
      "-cp",
      `${join(SERVER, "classes")}:${classpath}`,
      "dev.doorward.development.Development",
      "dev",
      "--data",
      data,
    ],
    {
      env: { ...process.env, DOORWARD_SERVER_PORT: String(port), XDG_STATE_HOME: directory },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
}

async function serving(server: ChildProcess): Promise<void> {
  const log: string[] = [];
  await new Promise<void>((serves, failed) => {
    const fail = (what: string): void => {
      failed(new Error(`Doorward ${what}:\n${log.join("\n")}`));
    };
    for (const input of [server.stdout, server.stderr]) {
      if (input !== null) {
        createInterface({ input }).on("line", (line) => {
          log.push(line);
          if (line.includes("serving on")) {
            serves();
          }
        });
      }
    }
    server.once("error", failed);
    server.once("exit", () => {
      fail("has ended");
    });
    setTimeout(fail, START_MS, "does not serve").unref();
  });
}

async function run([command = "", ...args]: string[]): Promise<number> {
  const env = {
    ...process.env,
    DOORWARD_TARGET: `127.0.0.1:${port}`,
    DOORWARD_KEY_FILE: join(data, "caller.key"),
  };
  const child = spawn(command, args, { env, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => child.kill(signal));
  }
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
