import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { PASSWORD, browser, newAddress } from "./support/better-auth.js";
import { rows } from "./support/database.js";
import { doorward, refusal } from "./support/doorward.js";

const ROUNDS = 10;
const OF_EACH = 4;

/** What Doorward, whose way is the longer one, is ahead more from round to round, so that either side wins some. */
const HEAD_START_MS = 20;

test("of eight who sign up with one address at once, four on each side, one is let in", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const email = newAddress();

    const outcomes = await Promise.all(
      Array.from({ length: OF_EACH }).flatMap(() => [
        atDoorward(email),
        pause(round * HEAD_START_MS).then(() => atBetterAuth(email)),
      ]),
    );

    const refused = outcomes.filter((outcome) => outcome !== "in");
    assert.equal(refused.length, 2 * OF_EACH - 1, outcomes.join(", "));
    refused.forEach((outcome) => {
      assert.match(
        outcome,
        /^(AlreadyExists EMAIL_TAKEN|422 (USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL|FAILED_TO_CREATE_USER))$/,
      );
    });
    assert.deepEqual(await kept(email), [{ users: 1, accounts: 1, sessions: 1 }]);
  }
});

async function atBetterAuth(email: string): Promise<string> {
  const { status, body } = await browser().post("/sign-up/email", { email, password: PASSWORD, name: "Ada" });
  return status === 200 ? "in" : `${String(status)} ${String(body.code)}`;
}

async function atDoorward(email: string): Promise<string> {
  return (await refusal(doorward.passwords.signUp({ email, password: PASSWORD }))) || "in";
}

async function kept(email: string) {
  return rows(
    `SELECT COUNT(DISTINCT u.id) AS users, COUNT(DISTINCT a.id) AS accounts, COUNT(DISTINCT s.id) AS sessions
     FROM user u LEFT JOIN account a ON a.userId = u.id LEFT JOIN session s ON s.userId = u.id
     WHERE u.email = ?`,
    email,
  );
}
