import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { RevocationKind } from "../gen/doorward/v1/revocation_feed_pb.js";
import { concerns } from "../src/doorward/feed.js";
import {
  DEFAULT_SETTINGS,
  type Fill,
  LANES,
  NearCache,
  type Position,
  type Probe,
  keyOf,
} from "../src/doorward/near-cache.js";

// A server that is newer than these stubs may send one.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const UNHEARD_OF = 99 as RevocationKind;

interface Seqs {
  epoch: string;
  seqs: Record<string, string>;
}

type Step = { at: number } & (
  | { reset: Seqs }
  | { probe: string }
  | { answered: string; head: Seqs }
  | { fill: string; token: string }
  | { good: string; user: string; session: string; lane: number; asOf: string; expiresIn: number; kept: boolean }
  | { absent: string }
  | { apply: { lane: number; seq: string; kind: string; user: string; session: string }; applied: boolean }
  | { limitLease: number }
  | { get: string; is: string; session?: string }
);

const file = JSON.parse(readFileSync(new URL("../../../vectors/near-cache.json", import.meta.url), "utf8")) as {
  settings: typeof DEFAULT_SETTINGS;
  histories: { name: string; steps: Step[] }[];
};

/** One cache, and what has been begun with it. */
class History {
  #now = 0;
  readonly #cache = new NearCache<string>(file.settings, () => this.#now);
  readonly #probes = new Map<string, Probe>();
  readonly #fills = new Map<string, Fill<string>>();

  play(step: Step): void {
    this.#now = step.at;
    if ("reset" in step) {
      this.#cache.reset(position(step.reset));
    } else if ("probe" in step) {
      this.#probes.set(step.probe, this.#cache.probe());
    } else if ("answered" in step) {
      this.#probes.get(step.answered)?.answered(position(step.head));
    } else if ("fill" in step) {
      this.#fills.set(step.fill, this.#cache.fill(keyOf(step.token)));
    } else if ("good" in step) {
      const { user, session, lane, asOf, expiresIn } = step;
      const of = { userId: user, sessionId: session, lane, asOf: BigInt(asOf), expiresIn };
      assert.equal(this.#fills.get(step.good)?.good(session, of), step.kept, JSON.stringify(step));
    } else if ("absent" in step) {
      this.#fills.get(step.absent)?.absent();
    } else if ("apply" in step) {
      const { lane, seq, kind, user, session } = step.apply;
      const named = kind in RevocationKind ? RevocationKind[kind as keyof typeof RevocationKind] : UNHEARD_OF;
      const about = concerns({ kind: named, sessionId: session });
      assert.equal(this.#cache.apply(lane, BigInt(seq), user, about), step.applied, JSON.stringify(step));
    } else if ("limitLease" in step) {
      this.#cache.limitLease(step.limitLease);
    } else {
      const known = this.#cache.get(keyOf(step.get));
      const is = { good: "hit", absent: "absent", unknown: "miss" }[known.is];
      assert.equal(is, step.is, JSON.stringify(step));
      assert.equal(known.is === "good" ? known.answer : undefined, step.session, JSON.stringify(step));
    }
  }
}

function position({ epoch, seqs }: Seqs): Position {
  return { epoch, seqs: Array.from({ length: LANES }, (_, lane) => BigInt(seqs[lane] ?? 0)) };
}

function believed(maxEntries: number): NearCache<string> {
  const cache = new NearCache<string>({ ...DEFAULT_SETTINGS, maxEntries }, () => 0);
  const start = position({ epoch: "epoch", seqs: {} });
  cache.reset(start);
  cache.probe().answered(start);
  assert.ok(cache.believed);
  return cache;
}

function put(cache: NearCache<string>, token: string): void {
  cache.fill(keyOf(token)).good(token, { userId: "ada", sessionId: token, lane: 0, asOf: 0n, expiresIn: 60_000 });
}

describe("the histories that every language's near cache must agree with", () => {
  assert.ok(file.histories.length > 0);
  for (const { name, steps } of file.histories) {
    test(name, () => {
      const history = new History();
      steps.forEach((step) => {
        history.play(step);
      });
    });
  }
});

test("what was used least recently leaves a full cache", () => {
  const cache = believed(2);
  put(cache, "first");
  put(cache, "second");
  cache.get(keyOf("first"));

  put(cache, "third");

  assert.deepEqual(
    ["first", "second", "third"].map((token) => cache.get(keyOf(token)).is),
    ["good", "unknown", "good"],
  );
  assert.equal(cache.size, 2);
});

test("absences are bounded too", () => {
  const cache = believed(16);
  const tokens = ["first", "second", "third"];
  tokens.forEach((token) => {
    cache.fill(keyOf(token)).absent();
  });

  assert.deepEqual(
    tokens.map((token) => cache.get(keyOf(token)).is),
    ["unknown", "absent", "absent"],
  );
});
