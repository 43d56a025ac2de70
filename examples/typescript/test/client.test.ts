// Against a gRPC server in this process, which says and does what no Doorward would do on demand.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Http2Server, type ServerHttp2Session, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate as soon } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { PasswordService } from "../gen/doorward/v1/password_service_pb.js";
import type { FeedPosition, WatchRevocationsResponseSchema } from "../gen/doorward/v1/revocation_feed_pb.js";
import { SessionService } from "../gen/doorward/v1/session_service_pb.js";
import { DoorwardClient, DoorwardError } from "../src/doorward/index.js";
import { LANES } from "../src/doorward/near-cache.js";

type Message = MessageInitShape<typeof WatchRevocationsResponseSchema>;
type Calls = Partial<ServiceImpl<typeof SessionService> & ServiceImpl<typeof PasswordService>>;

const START = { epoch: "epoch", seqs: Array.from({ length: LANES }, () => 0n) };
const GOOD = {
  session: { id: "session" },
  user: { id: "user" },
  asOf: { lane: 0, seq: 0n },
  expiresIn: { seconds: 60n },
};

function hello(leaseSeconds = 3): Message {
  const value = { position: START, lease: { seconds: BigInt(leaseSeconds) }, heartbeatInterval: { seconds: 2n } };
  return { message: { case: "hello", value } };
}

function revoked(seq: bigint): Message {
  return { message: { case: "batch", value: { revocations: [{ lane: 0, seq, userId: "user" }] } } };
}

/** A server that answers these calls, and a client of its. */
async function connected(t: TestContext, calls: Calls): Promise<{ client: DoorwardClient; cut: () => void }> {
  const sessions = new Set<ServerHttp2Session>();
  const server: Http2Server = createServer(
    connectNodeAdapter({
      routes: (router) => {
        router.service(SessionService, {
          getFeedHead: () => ({ head: START }),
          watchRevocations: following(),
          ...calls,
        });
        router.service(PasswordService, calls);
      },
    }),
  );
  server.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const directory = mkdtempSync(join(tmpdir(), "doorward-"));
  writeFileSync(join(directory, "key"), "dwk_key\n");
  const client = new DoorwardClient(`127.0.0.1:${(server.address() as AddressInfo).port}`, join(directory, "key"));
  const cut = (): void => {
    sessions.forEach((session) => {
      session.destroy();
    });
  };
  t.after(() => {
    client.close();
    cut();
    server.close();
    rmSync(directory, { recursive: true });
  });
  return { client, cut };
}

/** A stream that says these messages and then nothing until it is cancelled. */
function following(...messages: Message[]): ServiceImpl<typeof SessionService>["watchRevocations"] {
  return async function* (_, { signal }) {
    yield* messages;
    await cancelled(signal);
  };
}

async function cancelled(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await once(signal, "abort");
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await soon();
  }
}

test("those who ask about one token at the same time share a call, and the next is answered from memory", async (t) => {
  const keys: (string | null)[] = [];
  const { client } = await connected(t, {
    watchRevocations: following(hello()),
    validateSession: (_, { requestHeader }) => {
      keys.push(requestHeader.get("authorization"));
      return GOOD;
    },
  });
  await until(() => client.validator.cache.believed);

  const answers = await Promise.all([client.validator.validate("token"), client.validator.validate("token")]);
  await client.validator.validate("token");

  assert.deepEqual(
    answers.map((answer) => answer?.user.id),
    ["user", "user"],
  );
  assert.deepEqual(keys, ["Bearer dwk_key"]);
});

test("a token that is too long to be one is no question", async (t) => {
  let asked = 0;
  const { client } = await connected(t, { validateSession: () => (asked++, GOOD) });

  assert.equal(await client.validator.validate("x".repeat(256)), undefined);
  assert.equal(asked, 0);
  await client.validator.validate("x".repeat(255));
  assert.equal(asked, 1);
});

test("a sign-up is tried four times in all, as the same request", async (t) => {
  const ids: string[] = [];
  const { client } = await connected(t, {
    signUp: ({ requestId }) => {
      ids.push(requestId);
      throw new ConnectError("not now", Code.Unavailable);
    },
  });

  await assert.rejects(client.passwords.signUp({ requestId: "one" }), (error) => DoorwardError.of(error).isUnavailable);
  assert.deepEqual(ids, ["one", "one", "one", "one"]);
});

test("a revocation is tried once", async (t) => {
  let tried = 0;
  const { client } = await connected(t, {
    revokeSession: () => {
      tried++;
      throw new ConnectError("not now", Code.Unavailable);
    },
  });

  await assert.rejects(client.sessions.revokeSession({}));
  assert.equal(tried, 1);
});

test("a call whose connection is lost is made again, and one that may not be has failed for want of it", async (t) => {
  let validated = 0;
  const { client, cut } = await connected(t, {
    validateSession: async (_, { signal }) => {
      if (++validated === 1) {
        cut();
        await cancelled(signal);
      }
      return GOOD;
    },
    revokeSession: async () => {
      cut();
      await soon();
      return {};
    },
  });

  assert.equal((await client.validator.validate("token"))?.user.id, "user");
  assert.equal(validated, 2);
  await assert.rejects(client.sessions.revokeSession({}), (error) => DoorwardError.of(error).isUnavailable);
});

test("a key that can't be read is not told, and says nothing about sessions", async (t) => {
  const { client } = await connected(t, { validateSession: () => GOOD });
  const keyless = new DoorwardClient("127.0.0.1:1", "/nowhere/key");
  t.after(() => {
    keyless.close();
  });

  await assert.rejects(keyless.validator.validate("token"), (error) => {
    assert.ok(error instanceof DoorwardError && error.isUnavailable);
    assert.ok(!error.message.includes("/nowhere"), error.message);
    return true;
  });
  assert.ok(await client.validator.validate("token"));
});

const nowhere: Message = { message: { case: "reset", value: { position: { epoch: "epoch" } } } };
const laneless: Message = { message: { case: "batch", value: { revocations: [{ lane: LANES, seq: 1n }] } } };

for (const [what, first, again] of [
  ["a stream that ends is gone on with", [hello(), revoked(1n)], 1n],
  ["a missing number is no position to go on from", [hello(), revoked(2n)], undefined],
  ["neither is a lane that there is not", [hello(), laneless], undefined],
  ["neither is a lease that is too short", [hello(0)], undefined],
  ["neither is a position without all lanes", [hello(), nowhere], undefined],
] satisfies [string, Message[], bigint | undefined][]) {
  test(what, async (t) => {
    const positions: (FeedPosition | undefined)[] = [];
    await connected(t, {
      async *watchRevocations({ position }, { signal }) {
        positions.push(position);
        if (positions.length === 1) {
          yield* first;
        } else {
          await cancelled(signal);
        }
      },
    });

    await until(() => positions.length === 2);
    assert.equal(positions[0], undefined);
    assert.equal(positions[1]?.seqs[0], again);
  });
}
