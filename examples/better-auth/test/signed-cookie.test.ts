import assert from "node:assert/strict";
import { test } from "node:test";
import { signedUp } from "./support/better-auth.js";
import { signed } from "./support/browser.js";
import { doorward, refusal, validated } from "./support/doorward.js";
import { required } from "./support/required.js";

const GONE = "NotFound SESSION_NOT_FOUND";

test("the cookie of Better Auth, as it is sent, is a token for Doorward", async () => {
  const { browser: person, id } = await signedUp();

  const { user } = await validated(required(person.cookie));

  assert.equal(user.id, id);
});

test("so is its value once it is decoded", async () => {
  const { browser: person, id } = await signedUp();

  const { user } = await validated(decodeURIComponent(required(person.cookie)));

  assert.equal(user.id, id);
});

test("a cookie that somebody else has signed is none", async () => {
  const { token } = await signedUp();

  assert.equal(await refusal(validated(signed(token, "another secret"))), GONE);
});

test("a cookie whose session was revoked is none", async () => {
  const { browser: person } = await signedUp();
  const cookie = required(person.cookie);

  await person.post("/sign-out");

  assert.equal(await refusal(validated(cookie)), GONE);
});

test("a session is revoked by the cookie as by the token", async () => {
  const { browser: person } = await signedUp();

  await doorward.sessions.revokeSession({ key: { case: "sessionToken", value: required(person.cookie) } });

  assert.equal(await person.session(), null);
});
