import assert from "node:assert/strict";
import { test } from "node:test";
import { PASSWORD, SECRET, browser, newAddress, signedUp } from "./support/better-auth.js";
import { rows } from "./support/database.js";
import { doorward, refusal, validated } from "./support/doorward.js";
import { required } from "./support/required.js";

test("whoever signs up at Better Auth has a user, an account and a session at Doorward", async () => {
  const { email, id, token } = await signedUp();

  const { user } = await doorward.users.getUser({ key: { case: "email", value: email } });
  assert.equal(user?.id, id);
  assert.equal(user.name, "Ada");
  assert.equal(user.emailVerified, false);
  const { accounts } = await doorward.accounts.listAccounts({ userId: id });
  assert.deepEqual(
    accounts.map(({ type, provider, providerAccountId }) => ({ type, provider, providerAccountId })),
    [{ type: "email", provider: "credential", providerAccountId: id }],
  );
  const valid = await validated(token);
  assert.equal(valid.user.id, id);
  assert.equal(valid.session.remember, true);
  assert.equal(valid.session.userAgent, "a browser");
  assert.equal(valid.session.ipAddress, undefined);
});

test("whoever signs up at Better Auth signs in at Doorward", async () => {
  const { email, id } = await signedUp();

  const { user } = await doorward.passwords.signIn({ email, password: PASSWORD });

  assert.equal(user?.id, id);
});

test("whoever signs up at Doorward signs in at Better Auth", async () => {
  const email = newAddress();
  const { user } = await doorward.passwords.signUp({ email, password: PASSWORD, name: "Ada" });

  const person = browser();
  const answer = await person.post("/sign-in/email", { email, password: PASSWORD });

  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const { user: known } = required(await person.session());
  assert.equal(known.id, user?.id);
  assert.equal(known.name, "Ada");
});

test("a session that Doorward has opened is one of Better Auth's", async () => {
  const { user, session } = await doorward.passwords.signUp({ email: newAddress(), password: PASSWORD });

  const known = required(await browser().take(required(session).sessionToken, SECRET).session());

  assert.equal(known.user.id, user?.id);
  assert.equal(known.user.name, null);
  assert.equal(known.session.id, session?.id);
});

test("an address that either side knows is refused by the other", async () => {
  const here = await signedUp();
  const there = newAddress();
  await doorward.passwords.signUp({ email: there, password: PASSWORD });

  assert.equal(
    await refusal(doorward.passwords.signUp({ email: here.email, password: PASSWORD })),
    "AlreadyExists EMAIL_TAKEN",
  );
  const answer = await browser().post("/sign-up/email", { email: there, password: PASSWORD, name: "Ada" });
  assert.equal(answer.status, 422);
  assert.equal(answer.body.code, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
});

test("both sides bring an address into the same form", async () => {
  const email = newAddress();
  const { id } = await signedUp(email.toUpperCase());

  const { user } = await doorward.users.getUser({ key: { case: "email", value: email.toUpperCase() } });

  assert.equal(user?.id, id);
  assert.equal(user.email, email);
});

test("what Better Auth writes are ids and tokens as they are, in plain", async () => {
  const { id, token } = await signedUp();

  const [session] = await rows("SELECT id, sessionToken FROM session WHERE userId = ?", id);

  assert.match(id, /^[A-Za-z0-9]{32}$/);
  assert.equal(session?.sessionToken, token);
});
