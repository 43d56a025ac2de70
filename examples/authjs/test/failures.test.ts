// What a Doorward that is away, silent or in trouble comes to.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, type Server as TcpServer, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type MethodDefinition, Server, ServerCredentials, type handleUnaryCall, status } from "@grpc/grpc-js";
import {
  type CreateUserRequest,
  CreateUserRequestSchema,
  type CreateUserResponse,
  CreateUserResponseSchema,
} from "../gen/doorward/v1/user_service_pb.js";
import { DoorwardAdapter, DoorwardError, type DoorwardOptions } from "../src/index.js";
import { KEY_FILE, TARGET, aPerson, aUser, refusal } from "./fixture.js";

const KEY = readFileSync(KEY_FILE, "ascii").trim();

function adapterFor(t: TestContext, options: DoorwardOptions): ReturnType<typeof DoorwardAdapter> {
  const adapter = DoorwardAdapter(options);
  t.after(() => {
    adapter.close();
  });
  return adapter;
}

/** Somebody who listens and says nothing. */
async function silence(t: TestContext, address: string): Promise<{ server: TcpServer; target: string }> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.on("error", () => socket.destroy());
    t.after(() => socket.destroy());
  });
  t.after(() => server.close());
  return { server, target: `${address}:${(server.address() as AddressInfo).port}` };
}

function failure(code: status): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof DoorwardError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.reason, undefined);
    return true;
  };
}

test("a key is taken as it is, or from a file", async (t) => {
  const user = await aUser();

  assert.deepEqual(await adapterFor(t, { target: TARGET, key: KEY }).getUser(user.id), user);
  assert.deepEqual(await adapterFor(t, { target: TARGET, keyFile: KEY_FILE }).getUser(user.id), user);
});

test("a key that Doorward does not know is refused", async (t) => {
  const adapter = adapterFor(t, { target: TARGET, key: "dwk_unknown" });

  await assert.rejects(adapter.getUser("nobody"), refusal("CALLER_UNAUTHENTICATED"));
});

test("a key that can't be read now is read later, and where it is to be is not told", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "doorward-"));
  t.after(() => {
    rmSync(directory, { recursive: true });
  });
  const keyFile = join(directory, "key");
  const adapter = adapterFor(t, { target: TARGET, keyFile });

  await assert.rejects(adapter.getUser("nobody"), (error) => {
    assert.ok(!String(error).includes(directory));
    return failure(status.UNAVAILABLE)(error);
  });
  writeFileSync(keyFile, `${KEY}\n`);
  assert.equal(await adapter.getUser("nobody"), null);
});

test("a Doorward that is not there says nothing about users: that is an error and not null", async (t) => {
  const { server, target } = await silence(t, "127.0.0.1");
  server.close();
  await once(server, "close");

  await assert.rejects(adapterFor(t, { target, key: KEY }).getUser("nobody"), failure(status.UNAVAILABLE));
});

test("a Doorward that is silent is not waited for beyond the deadline", async (t) => {
  const { target } = await silence(t, "127.0.0.1");
  const adapter = adapterFor(t, { target, key: KEY, deadlineMs: 200 });

  await assert.rejects(adapter.getUser("nobody"), failure(status.DEADLINE_EXCEEDED));
});

test("who is not this very machine is spoken to in TLS, and never told the key without", async (t) => {
  const { server, target } = await silence(t, "0.0.0.0");
  const adapter = adapterFor(t, { target, key: KEY, deadlineMs: 1_000 });
  const asked = assert.rejects(adapter.getUser("nobody"), failure(status.DEADLINE_EXCEEDED));

  const [socket] = (await once(server, "connection")) as [NodeJS.ReadableStream];
  const [heard] = (await once(socket, "data")) as [Buffer];

  assert.deepEqual([...heard.subarray(0, 2)], [0x16, 0x03]); // A handshake of TLS.
  await asked;
});

test("a creation that was lost is made again, as the same request", async (t) => {
  const requestIds: string[] = [];
  const target = await answering(t, ({ requestId, user }) => {
    requestIds.push(requestId);
    return requestIds.length === 3 && user ? create(CreateUserResponseSchema, { user }) : undefined;
  });
  const person = aPerson();

  assert.deepEqual(await adapterFor(t, { target, key: KEY }).createUser(person), person);

  assert.equal(requestIds.length, 3);
  assert.equal(new Set(requestIds).size, 1);
  assert.match(String(requestIds[0]), /^[0-9a-f-]{36}$/);
});

type Answer = (request: CreateUserRequest) => CreateUserResponse | undefined;

/** A server that answers this to CreateUser, or is not available. */
async function answering(t: TestContext, answer: Answer): Promise<string> {
  const createUser: MethodDefinition<CreateUserRequest, CreateUserResponse> = {
    path: "/doorward.v1.UserService/CreateUser",
    requestStream: false,
    responseStream: false,
    requestDeserialize: (bytes) => fromBinary(CreateUserRequestSchema, bytes),
    requestSerialize: (message) => Buffer.from(toBinary(CreateUserRequestSchema, message)),
    responseDeserialize: (bytes) => fromBinary(CreateUserResponseSchema, bytes),
    responseSerialize: (message) => Buffer.from(toBinary(CreateUserResponseSchema, message)),
  };
  const handle: handleUnaryCall<CreateUserRequest, CreateUserResponse> = ({ request }, done) => {
    const answered = answer(request);
    done(answered === undefined ? { code: status.UNAVAILABLE, details: "not now" } : null, answered);
  };
  const server = new Server();
  server.addService({ createUser }, { createUser: handle });
  t.after(() => {
    server.forceShutdown();
  });
  const bind = promisify(server.bindAsync.bind(server));
  return `127.0.0.1:${await bind("127.0.0.1:0", ServerCredentials.createInsecure())}`;
}
