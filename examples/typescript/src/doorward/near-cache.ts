import { createHash } from "node:crypto";

/** How many lanes the feed of revocations has. */
export const LANES = 16;

const MAX_WAITING_PROBES = 8;

/** How a near cache is set up. Times are in milliseconds. */
export interface NearCacheSettings {
  /** How long after a revocation was acknowledged its session may be accepted, at the most. */
  lease: number;
  /** After how long an answer is asked for again although nothing happened. */
  entryLifetime: number;
  /** For how long a token is known to be no good. */
  absentLifetime: number;
  /** How many answers to keep. */
  maxEntries: number;
}

export const DEFAULT_SETTINGS: NearCacheSettings = {
  lease: 3_000,
  entryLifetime: 60_000,
  absentLifetime: 1_000,
  maxEntries: 100_000,
};

/** How far the feed has come: the last number of each lane, in one history of the database. */
export interface Position {
  readonly epoch: string;
  readonly seqs: readonly bigint[];
}

/** Which of a user's sessions, by their ids, a revocation is about. */
export type Concerns = (sessionId: string) => boolean;

/** What an answer says about the session that it was read from. */
export interface Snapshot {
  userId: string;
  sessionId: string;
  /** The user's lane. */
  lane: number;
  /** How far that lane was, in the very same read. */
  asOf: bigint;
  /** For how many milliseconds the session is good. */
  expiresIn: number;
}

export type Known<V> = { is: "good"; answer: V } | { is: "absent" } | { is: "unknown" };

interface Entry<V> {
  userId: string;
  sessionId: string;
  answer: V;
  end: number;
}

/** What stands for a token, so that no token is kept: its SHA-256. */
export function keyOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}

/**
 * Answers about session tokens, kept for as long as they may be believed: no session is accepted a lease after its
 * revocation was acknowledged. The rules, and why they suffice, are those of revocation_feed.proto.
 */
export class NearCache<V> {
  hits = 0;
  misses = 0;

  #lease: number;
  #believedUntil: number;
  #answered: { asked: number; head: Position }[] = [];
  #epoch = "";
  #seqs: bigint[] = Array.from({ length: LANES }, () => 0n);
  #generation = 0;
  #applied = 0;
  // A Map keeps the order in which its entries came: the one used least recently is the first.
  readonly #entries = new Map<string, Entry<V>>();
  readonly #byUser = new Map<string, Set<string>>();
  readonly #absences = new Map<string, { applied: number; end: number }>();

  /** @param now milliseconds since some moment, by a monotonic clock */
  constructor(
    private readonly settings: NearCacheSettings = DEFAULT_SETTINGS,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#lease = settings.lease;
    this.#believedUntil = now();
  }

  get lease(): number {
    return this.#lease;
  }

  get size(): number {
    return this.#entries.size;
  }

  get believed(): boolean {
    return this.now() < this.#believedUntil;
  }

  get position(): Position {
    return { epoch: this.#epoch, seqs: [...this.#seqs] };
  }

  /** What is known about a token. */
  get(key: string): Known<V> {
    const now = this.now();
    if (now < this.#believedUntil) {
      const entry = this.#entries.get(key);
      if (entry !== undefined && now < entry.end) {
        this.#entries.delete(key);
        this.#entries.set(key, entry); // As the last one now, for it was used.
        this.hits++;
        return { is: "good", answer: entry.answer };
      }
      const absence = this.#absences.get(key);
      if (absence?.applied === this.#applied && now < absence.end) {
        this.hits++;
        return { is: "absent" };
      }
    }
    this.misses++;
    return { is: "unknown" };
  }

  /** Begins to fill in the answer about a token: before it is asked for. */
  fill(key: string): Fill<V> {
    const asked = this.now();
    const generation = this.#generation;
    const applied = this.#applied;
    return {
      good: (answer, of) => {
        if (this.#generation !== generation || this.#seq(of.lane) > of.asOf) {
          return false;
        }
        const end = asked + Math.min(of.expiresIn, this.settings.entryLifetime);
        this.#put(key, { userId: of.userId, sessionId: of.sessionId, answer, end });
        return true;
      },
      absent: () => {
        this.#absences.delete(key);
        this.#absences.set(key, { applied, end: asked + this.settings.absentLifetime });
        for (const oldest of this.#absences.keys()) {
          if (this.#absences.size <= Math.max(1, this.settings.maxEntries / 8)) {
            break;
          }
          this.#absences.delete(oldest);
        }
      },
    };
  }

  /** Begins to ask how far the feed is: before it is asked. */
  probe(): Probe {
    const asked = this.now();
    return {
      answered: (head) => {
        if (head.epoch !== this.#epoch) {
          return;
        }
        if (this.#answered.length === MAX_WAITING_PROBES) {
          this.#answered.shift();
        }
        this.#answered.push({ asked, head });
        this.#renew();
      },
    };
  }

  /**
   * Applies the next revocation of a lane. False if a number is missing before it: nothing was applied then, and a
   * reset is due.
   */
  apply(lane: number, seq: bigint, userId: string, concerns: Concerns): boolean {
    if (seq > this.#seq(lane) + 1n) {
      return false;
    }
    for (const key of [...(this.#byUser.get(userId) ?? [])]) {
      const entry = this.#entries.get(key);
      if (entry !== undefined && concerns(entry.sessionId)) {
        this.#remove(key);
      }
    }
    this.#applied++;
    if (seq > this.#seq(lane)) {
      this.#seqs[lane] = seq;
      this.#renew();
    }
    return true;
  }

  /** Forgets everything, and goes on from a position in the feed. */
  reset(to: Position): void {
    this.#believedUntil = this.now();
    this.#answered = [];
    this.#generation++;
    this.#applied++;
    this.#entries.clear();
    this.#byUser.clear();
    this.#absences.clear();
    this.#epoch = to.epoch;
    this.#seqs = [...to.seqs];
  }

  /** Takes no longer leases than this from now on, in milliseconds. */
  limitLease(longest: number): void {
    this.#lease = Math.min(this.#lease, longest);
  }

  #seq(lane: number): bigint {
    const seq = this.#seqs[lane];
    if (seq === undefined) {
      throw new RangeError(`lane: ${lane} (expected: 0 to ${LANES - 1})`);
    }
    return seq;
  }

  /** Takes the leases whose heads the feed has reached, in the order of their answers. */
  #renew(): void {
    for (let first = this.#answered[0]; first !== undefined; first = this.#answered[0]) {
      if (!first.head.seqs.every((seq, lane) => this.#seq(lane) >= seq)) {
        return;
      }
      this.#believedUntil = Math.max(this.#believedUntil, first.asked + this.#lease);
      this.#answered.shift();
    }
  }

  #put(key: string, entry: Entry<V>): void {
    this.#remove(key);
    this.#entries.set(key, entry);
    const keys = this.#byUser.get(entry.userId) ?? new Set();
    this.#byUser.set(entry.userId, keys.add(key));
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.settings.maxEntries) {
        break;
      }
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      return;
    }
    this.#entries.delete(key);
    const keys = this.#byUser.get(entry.userId);
    keys?.delete(key);
    if (keys?.size === 0) {
      this.#byUser.delete(entry.userId);
    }
  }
}

/** An answer that is being asked for. */
export interface Fill<V> {
  /** Keeps the answer, unless a revocation has overtaken it; whether it was kept. */
  good(answer: V, of: Snapshot): boolean;
  /** Keeps for a moment that the token is no good. */
  absent(): void;
}

/** A question how far the feed is. */
export interface Probe {
  /** Extends the lease as soon as the feed has been applied as far as this. */
  answered(head: Position): void;
}
