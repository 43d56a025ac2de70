import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword as scrypt } from "better-auth/crypto";
import { PASSWORD, browser, newAddress, signedUp } from "./support/better-auth.js";
import { database, rows } from "./support/database.js";
import { doorward, refusal } from "./support/doorward.js";
import { required } from "./support/required.js";

const ANOTHER = "a donkey, not a horse";
const ARGON2 = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

test("each side keeps the hash that the other one has made", async () => {
  const here = await signedUp();
  const { user } = await doorward.passwords.signUp({ email: newAddress(), password: PASSWORD });
  const there = required(user);
  const before = [await kept(here.id), await kept(there.id)];

  await doorward.passwords.signIn({ email: here.email, password: PASSWORD });
  assert.equal(await statusOfSignIn(there.email, PASSWORD), 200);

  before.forEach((hash) => {
    assert.match(hash, ARGON2);
  });
  assert.deepEqual([await kept(here.id), await kept(there.id)], before);
});

test("a wrong password is refused by both", async () => {
  const { email } = await signedUp();

  assert.equal(await statusOfSignIn(email, ANOTHER), 401);
  assert.equal(
    await refusal(doorward.passwords.signIn({ email, password: ANOTHER })),
    "InvalidArgument INVALID_CREDENTIALS",
  );
});

test("a password is the same however its letters are composed, on both sides", async () => {
  const composed = "ﬁne passwörd";
  const decomposed = "fine passwo\u0308rd";
  const here = await signedUp(newAddress(), composed);
  const there = newAddress();
  await doorward.passwords.signUp({ email: there, password: composed });

  await doorward.passwords.signIn({ email: here.email, password: decomposed });
  assert.equal(await statusOfSignIn(there, decomposed), 200);
});

test("a password that is changed at Better Auth is changed at Doorward", async () => {
  const { browser: person, email } = await signedUp();

  const answer = await person.post("/change-password", { currentPassword: PASSWORD, newPassword: ANOTHER });

  assert.equal(answer.status, 200);
  await doorward.passwords.signIn({ email, password: ANOTHER });
  assert.equal(
    await refusal(doorward.passwords.signIn({ email, password: PASSWORD })),
    "InvalidArgument INVALID_CREDENTIALS",
  );
});

test("a password that is changed at Doorward is changed at Better Auth", async () => {
  const { id, email } = await signedUp();

  await doorward.passwords.changePassword({ userId: id, currentPassword: PASSWORD, newPassword: ANOTHER });

  assert.equal(await statusOfSignIn(email, ANOTHER), 200);
  assert.equal(await statusOfSignIn(email, PASSWORD), 401);
});

test("a password that an operator sets at Doorward is good at Better Auth", async () => {
  const email = newAddress();
  const { user } = await doorward.users.createUser({ user: { email } });

  await doorward.passwords.setPassword({ userId: required(user).id, newPassword: PASSWORD });

  assert.equal(await statusOfSignIn(email, PASSWORD), 200);
});

test("whoever has a hash of Better Auth's own from before signs in at Better Auth", async () => {
  const { id, email } = await signedUp();
  await keep(id, await scrypt(ANOTHER));

  assert.equal(await statusOfSignIn(email, ANOTHER), 200);
  assert.equal(await statusOfSignIn(email, PASSWORD), 401);
});

test("whoever has a hash of Better Auth's own from before signs in at Doorward, which renews it for both", async () => {
  const { id, email } = await signedUp();
  await keep(id, await scrypt(ANOTHER));

  await doorward.passwords.signIn({ email, password: ANOTHER });

  assert.match(await kept(id), ARGON2);
  assert.equal(await statusOfSignIn(email, ANOTHER), 200);
});

test("a wrong password against a hash of Better Auth's own is refused by Doorward", async () => {
  const { id, email } = await signedUp();
  await keep(id, await scrypt(ANOTHER));

  assert.equal(
    await refusal(doorward.passwords.signIn({ email, password: PASSWORD })),
    "InvalidArgument INVALID_CREDENTIALS",
  );
});

async function statusOfSignIn(email: string, password: string): Promise<number> {
  return (await browser().post("/sign-in/email", { email, password })).status;
}

async function kept(userId: string): Promise<string> {
  const [account] = await rows("SELECT password FROM account WHERE userId = ?", userId);
  return String(account?.password);
}

async function keep(userId: string, hash: string): Promise<void> {
  await database.query("UPDATE account SET password = ? WHERE userId = ?", [hash, userId]);
}
