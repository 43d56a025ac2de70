import type { Duration } from "@bufbuild/protobuf/wkt";
import { type Client, Code } from "@connectrpc/connect";
import { Consistency, type Session, type SessionService } from "../../gen/doorward/v1/session_service_pb.js";
import type { User } from "../../gen/doorward/v1/user_pb.js";
import { DoorwardError } from "./errors.js";
import { LANES, type NearCache, keyOf } from "./near-cache.js";

const MAX_TOKEN_LENGTH = 255;
const MAX_OPEN_QUESTIONS = 10_000;
const SHORTEST_LEASE_MS = 1_000;

/** A session that is good, without its token, and whose it is. */
export interface Valid {
  readonly session: Session;
  readonly user: User;
}

interface Question {
  asked: number;
  answer: Promise<Valid | undefined>;
}

/** Tells whether session tokens are good: from memory where it may be believed, and by a call where not. */
export class Validator {
  readonly #open = new Map<string, Question>();

  constructor(
    private readonly sessions: Client<typeof SessionService>,
    readonly cache: NearCache<Valid>,
  ) {}

  /**
   * Tells whose a token is; undefined if there is no such session, or it has ended.
   *
   * @throws DoorwardError if that can't be told now, which is another thing
   */
  async validate(token: string): Promise<Valid | undefined> {
    if (token === "" || token.length > MAX_TOKEN_LENGTH) {
      return undefined;
    }
    const key = keyOf(token);
    const known = this.cache.get(key);
    switch (known.is) {
      case "good":
        return known.answer;
      case "absent":
        return undefined;
      case "unknown":
        return this.#ask(key, token);
    }
  }

  /** All who ask about one token at the same time share a call. */
  #ask(key: string, token: string): Promise<Valid | undefined> {
    const now = performance.now();
    const open = this.#open.get(key);
    // The answer to what was asked a lease ago may be older than a revocation that nobody may ignore any more.
    if (open !== undefined && now - open.asked < Math.min(this.cache.lease, SHORTEST_LEASE_MS)) {
      return open.answer;
    }
    if (this.#open.size >= MAX_OPEN_QUESTIONS) {
      throw new DoorwardError(Code.Unavailable, "too many tokens are being validated");
    }
    const question: Question = {
      asked: now,
      answer: this.#call(key, token).finally(() => {
        if (this.#open.get(key) === question) {
          this.#open.delete(key);
        }
      }),
    };
    this.#open.set(key, question);
    return question.answer;
  }

  async #call(key: string, token: string): Promise<Valid | undefined> {
    const fill = this.cache.fill(key);
    let response;
    try {
      response = await this.sessions.validateSession({ sessionToken: token, consistency: Consistency.FRESH });
    } catch (thrown) {
      const error = DoorwardError.of(thrown);
      if (error.reason !== "SESSION_NOT_FOUND") {
        throw error;
      }
      fill.absent();
      return undefined;
    }
    const { session, user, asOf, expiresIn } = response;
    if (!session || !user || !asOf || asOf.lane < 0 || asOf.lane >= LANES) {
      throw new DoorwardError(Code.Internal, "Doorward can't be understood");
    }
    const valid = { session, user };
    const { lane, seq } = asOf;
    fill.good(valid, { userId: user.id, sessionId: session.id, lane, asOf: seq, expiresIn: milliseconds(expiresIn) });
    return valid;
  }
}

/** 0 if there is none. */
export function milliseconds(duration: Duration | undefined): number {
  return duration === undefined ? 0 : Number(duration.seconds) * 1_000 + duration.nanos / 1e6;
}
