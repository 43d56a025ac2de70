// An HTTP service whose users sign up, in and out, and are known at its protected endpoints.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DoorwardClient } from "./doorward/index.js";
import { service } from "./service.js";

const LONGEST_GOODBYE_MS = 5_000;

const { DOORWARD_TARGET, DOORWARD_KEY_FILE, PORT } = process.env;
if (!DOORWARD_TARGET || !DOORWARD_KEY_FILE || !PORT) {
  throw new Error("DOORWARD_TARGET, DOORWARD_KEY_FILE and PORT (expected: all three in the environment)");
}

const doorward = new DoorwardClient(DOORWARD_TARGET, DOORWARD_KEY_FILE);
const server = createServer(service(doorward));
server.listen(Number(PORT), "127.0.0.1", () => {
  const { address, port } = server.address() as AddressInfo;
  process.stdout.write(`listening on ${address}:${port}\n`);
});

process.once("SIGTERM", () => {
  // Whoever is being answered is answered still.
  server.close(() => {
    doorward.close();
  });
  setTimeout(() => {
    server.closeAllConnections();
  }, LONGEST_GOODBYE_MS).unref();
});
