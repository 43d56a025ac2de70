import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type Client, Code, ConnectError, type Interceptor, createClient } from "@connectrpc/connect";
import { Http2SessionManager, createGrpcTransport } from "@connectrpc/connect-node";
import { PasswordService } from "../../gen/doorward/v1/password_service_pb.js";
import { SessionService } from "../../gen/doorward/v1/session_service_pb.js";
import { FeedFollower } from "./feed.js";
import { NearCache, type NearCacheSettings } from "./near-cache.js";
import { type Valid, Validator } from "./validator.js";

const DEADLINE_MS = 5_000;
const KEY_IS_FRESH_MS = 1_000;
const MAX_ATTEMPTS = 4;
const FIRST_BACKOFF_MS = 100;
const MAX_MESSAGE_BYTES = 4 << 20;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d+$/;

/** What may be done twice: it reads, or its request_id says that it is the same request. */
const REPEATABLE = new Set([
  "doorward.v1.SessionService/ValidateSession",
  "doorward.v1.SessionService/BatchValidateSessions",
  "doorward.v1.SessionService/GetFeedHead",
  "doorward.v1.PasswordService/SignUp",
  "doorward.v1.PasswordService/SignIn",
]);

/** Whether a target is this very machine. A name is not resolved for that: it may mean another one tomorrow. */
export function isLoopback(target: string): boolean {
  return LOOPBACK.test(target);
}

/**
 * A connection to Doorward, of which one is enough for a process. It speaks TLS, unless the target is this very
 * machine. Every call but a stream ends within 5 seconds, all attempts together.
 */
export class DoorwardClient {
  readonly sessions: Client<typeof SessionService>;
  readonly passwords: Client<typeof PasswordService>;
  readonly validator: Validator;

  readonly #connection: Http2SessionManager;
  readonly #follower: FeedFollower;

  /**
   * Begins to follow what is revoked.
   *
   * @param target as host:port
   * @param keyFile holds the caller's key, and may be replaced at any time
   */
  constructor(target: string, keyFile: string, settings?: NearCacheSettings) {
    const baseUrl = `${isLoopback(target) ? "http" : "https"}://${target}`;
    this.#connection = new Http2SessionManager(baseUrl, { pingIntervalMs: 30_000, pingTimeoutMs: 5_000 });
    const transport = createGrpcTransport({
      baseUrl,
      sessionManager: this.#connection,
      defaultTimeoutMs: DEADLINE_MS,
      readMaxBytes: MAX_MESSAGE_BYTES,
      interceptors: [repeating, withKey(keyFile), connectionLost],
    });
    this.sessions = createClient(SessionService, transport);
    this.passwords = createClient(PasswordService, transport);
    const cache = new NearCache<Valid>(settings);
    this.validator = new Validator(this.sessions, cache);
    this.#follower = new FeedFollower(this.sessions, cache, () => {
      this.#connection.abort(new ConnectError("nothing was heard for too long", Code.Unavailable));
    });
    this.#follower.start();
  }

  /** Ends what is in flight. */
  close(): void {
    this.#follower.stop();
    this.#connection.abort();
  }
}

/** Gives each call the key, read from its file anew when a second has passed. */
function withKey(file: string): Interceptor {
  let header = "";
  let readAt = -Infinity;
  return (next) => (call) => {
    const now = performance.now();
    if (now - readAt >= KEY_IS_FRESH_MS) {
      header = `Bearer ${read(file)}`;
      readAt = now;
    }
    call.header.set("authorization", header);
    return next(call);
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, "ascii").trim();
  } catch (error) {
    throw new ConnectError("the key can't be read", Code.Unavailable, undefined, undefined, error);
  }
}

/** Makes a call again that may have been lost, with growing pauses. */
const repeating: Interceptor = (next) => async (call) => {
  const attempts = REPEATABLE.has(`${call.service.typeName}/${call.method.name}`) ? MAX_ATTEMPTS : 1;
  for (let attempt = 1; ; attempt++) {
    try {
      return await next(call);
    } catch (error) {
      if (attempt >= attempts || call.signal.aborted || ConnectError.from(error).code !== Code.Unavailable) {
        throw error;
      }
      const longest = FIRST_BACKOFF_MS * 2 ** (attempt - 1);
      await pause(longest * (0.8 + 0.4 * Math.random()), undefined, { signal: call.signal });
    }
  }
};

/** Calls what it is what Node says, or does not say, of a connection that is not there or breaks off. */
const connectionLost: Interceptor = (next) => async (call) => {
  try {
    return await next(call);
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    throw !call.signal.aborted && isConnectionLost(error)
      ? new ConnectError("Doorward can't be reached", Code.Unavailable, undefined, undefined, error)
      : error;
  }
};

function isConnectionLost({ code, details, cause }: ConnectError): boolean {
  const ofNode = cause instanceof Error && "code" in cause && typeof cause.code === "string";
  // A stream whose connection ends counts as cancelled; if Doorward cancels a call, it says so in the details.
  return ofNode || (code === Code.Canceled && details.length === 0);
}
