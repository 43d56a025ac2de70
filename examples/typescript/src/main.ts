// An HTTP service whose users sign up, in and out, and are known at its protected endpoints.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DoorwardClient } from "./doorward/index.js";
import { service } from "./service.js";

const { DOORWARD_TARGET = "", DOORWARD_KEY_FILE = "", PORT = "" } = process.env;

const doorward = new DoorwardClient(DOORWARD_TARGET, DOORWARD_KEY_FILE);
const server = createServer(service(doorward));
server.listen(Number(PORT), "127.0.0.1", () => {
  const { address, port } = server.address() as AddressInfo;
  process.stdout.write(`listening on ${address}:${port}\n`);
});

process.once("SIGTERM", () => {
  doorward.close();
  server.close();
  server.closeIdleConnections();
});
