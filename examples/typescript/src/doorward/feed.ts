import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "@connectrpc/connect";
import {
  type FeedHello,
  type FeedPosition,
  type Revocation,
  RevocationKind,
  type WatchRevocationsResponse,
} from "../../gen/doorward/v1/revocation_feed_pb.js";
import type { SessionService } from "../../gen/doorward/v1/session_service_pb.js";
import { type Concerns, LANES, type NearCache, type Position } from "./near-cache.js";
import { milliseconds, type Valid } from "./validator.js";

const FIRST_PAUSE_MS = 50;
const MOST_DOUBLINGS = 5;
const HEARTBEATS_MISSED = 3;
const LONGEST_WAIT_FOR_HELLO_MS = 6_000;
const SHORTEST_LEASE_MS = 1_000;
const LONGEST_LEASE_MS = 365 * 86_400_000;
/** What is longer, Node takes for 1 ms. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The stream says what can't be, or leaves something out: what is known by now may be wrong. */
class HoleError extends Error {}

/**
 * Keeps a near cache true: applies the stream of revocations, begins another one where one ends, and asks for the
 * feed's head three times a lease.
 */
export class FeedFollower {
  readonly #stopped = new AbortController();
  #known = false;
  #failures = 0;
  #nextProbe: NodeJS.Timeout | undefined;

  /** @param leaveConnection what to do with one that says nothing any more */
  constructor(
    private readonly sessions: Client<typeof SessionService>,
    private readonly cache: NearCache<Valid>,
    private readonly leaveConnection: () => void,
  ) {}

  start(): void {
    void this.#watchAlways();
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#nextProbe);
  }

  async #watchAlways(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#watch();
      } catch (error) {
        if (error instanceof HoleError) {
          this.cache.reset(this.cache.position);
          this.#known = false;
        }
        // Whatever else: another stream goes on where this one has ended; without one, the lease runs out.
      }
      const longest = FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, MOST_DOUBLINGS);
      this.#failures++;
      await pause(longest * (0.5 + 0.5 * Math.random()), undefined, { signal: this.#stopped.signal }).catch(() => {
        // Stopped.
      });
    }
  }

  /** Follows one stream, from its beginning until it ends or falls silent. */
  async #watch(): Promise<void> {
    const ending = new AbortController();
    const end = (): void => {
      ending.abort();
    };
    this.#stopped.signal.addEventListener("abort", end);
    const fellSilent = (): void => {
      end();
      this.leaveConnection();
    };
    let silent = setTimeout(fellSilent, LONGEST_WAIT_FOR_HELLO_MS);
    let silence = LONGEST_WAIT_FOR_HELLO_MS;
    const { epoch, seqs } = this.cache.position;
    const request = this.#known ? { position: { epoch, seqs: [...seqs] } } : {};
    try {
      // Without the deadline of other calls.
      for await (const message of this.sessions.watchRevocations(request, { signal: ending.signal, timeoutMs: 0 })) {
        this.#take(message);
        if (message.message.case === "hello") {
          const interval = milliseconds(message.message.value.heartbeatInterval);
          silence = Math.min(HEARTBEATS_MISSED * interval, LONGEST_TIMEOUT_MS);
        }
        clearTimeout(silent);
        silent = setTimeout(fellSilent, silence);
      }
    } finally {
      clearTimeout(silent);
      this.#stopped.signal.removeEventListener("abort", end);
      end();
    }
  }

  #take({ message }: WatchRevocationsResponse): void {
    switch (message.case) {
      case "hello":
        this.#begin(message.value);
        break;
      case "batch":
        message.value.revocations.forEach((revocation) => {
          this.#apply(revocation);
        });
        break;
      case "reset":
        this.#reset(position(message.value.position));
        break;
      default: // A sign of life, and no more.
    }
  }

  #begin(hello: FeedHello): void {
    const lease = milliseconds(hello.lease);
    if (lease < SHORTEST_LEASE_MS || lease > LONGEST_LEASE_MS || milliseconds(hello.heartbeatInterval) <= 0) {
      throw new HoleError();
    }
    const at = position(hello.position);
    this.cache.limitLease(lease);
    const here = this.cache.position;
    if (at.epoch !== here.epoch || at.seqs.some((seq, lane) => seq !== here.seqs[lane])) {
      this.cache.reset(at);
    }
    this.#known = true;
    this.#failures = 0;
    this.#probeAlways();
  }

  #reset(to: Position): void {
    this.cache.reset(to);
    this.#probeAlways(); // Whose answer is the first that counts again.
  }

  #apply(revocation: Revocation): void {
    const { lane, seq, userId } = revocation;
    if (lane < 0 || lane >= LANES || !this.cache.apply(lane, seq, userId, concerns(revocation))) {
      throw new HoleError();
    }
  }

  /** Now, and every third of the lease from now on. */
  #probeAlways(): void {
    clearTimeout(this.#nextProbe);
    if (this.#stopped.signal.aborted) {
      return;
    }
    void this.#probe();
    this.#nextProbe = setTimeout(
      () => {
        this.#probeAlways();
      },
      Math.min(this.cache.lease / 3, LONGEST_TIMEOUT_MS),
    );
  }

  /** The time that the lease counts from is the one before the question. */
  async #probe(): Promise<void> {
    const probe = this.cache.probe();
    try {
      const { head } = await this.sessions.getFeedHead({}, { timeoutMs: this.cache.lease });
      probe.answered(position(head));
    } catch {
      // The lease runs out by itself.
    }
  }
}

/** Which of the user's sessions a revocation is about: all of them, if its kind is not known here. */
export function concerns({ kind, sessionId }: Pick<Revocation, "kind" | "sessionId">): Concerns {
  switch (kind) {
    case RevocationKind.SESSION_REVOKED:
    case RevocationKind.SESSION_CHANGED:
      return (session) => session === sessionId;
    case RevocationKind.USER_SESSIONS_REVOKED:
      return (session) => sessionId === "" || session !== sessionId;
    default:
      return () => true;
  }
}

function position(given: FeedPosition | undefined): Position {
  if (given?.seqs.length !== LANES) {
    throw new HoleError();
  }
  return given;
}
