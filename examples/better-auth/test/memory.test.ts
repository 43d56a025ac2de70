import assert from "node:assert/strict";
import { test } from "node:test";
import { signedUp } from "./support/better-auth.js";
import { doorward, refusal } from "./support/doorward.js";

/** For as long may a session be remembered where others end sessions too. */
const REMEMBERED_MS = 1000;

test("Doorward's memory accepts a session that Better Auth has ended no longer than it keeps an answer", async () => {
  const { browser: person, token } = await signedUp();
  await doorward.sessions.validateSession({ sessionToken: token });

  await person.post("/sign-out");

  const ended = performance.now();
  let asked = ended;
  while ((await refusal(doorward.sessions.validateSession({ sessionToken: token }))) === "") {
    assert.ok(asked - ended < REMEMBERED_MS, `accepted ${String(asked - ended)} ms after its end`);
    asked = performance.now();
  }
});

test("a session that Doorward ends itself is refused at once, from memory too", async () => {
  const { token } = await signedUp();
  await doorward.sessions.validateSession({ sessionToken: token });

  await doorward.sessions.revokeSession({ key: { case: "sessionToken", value: token } });

  assert.equal(await refusal(doorward.sessions.validateSession({ sessionToken: token })), "NotFound SESSION_NOT_FOUND");
});
