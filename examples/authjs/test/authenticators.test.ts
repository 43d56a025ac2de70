import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  aSessionOf,
  aUser,
  adapter,
  anAccountOf,
  anAuthenticatorFor,
  anAuthenticatorOf,
  eightTimes,
  refusal,
} from "./fixture.js";

const LARGEST_COUNTER = 2 ** 32 - 1;

test("an authenticator is given back as it was created, and found by its credential", async () => {
  const wanted = anAuthenticatorFor(await aUser(), { counter: 41 });

  assert.deepEqual(await adapter.createAuthenticator(wanted), wanted);
  assert.deepEqual(await adapter.getAuthenticator(wanted.credentialID), wanted);
});

test("an authenticator that does not say its transports has none", async () => {
  const { transports, ...wanted } = anAuthenticatorFor(await aUser());

  assert.ok(transports);
  assert.deepEqual(await adapter.createAuthenticator(wanted), { ...wanted, transports: null });
});

test("an authenticator has room for a credential's id of 189 bytes and a public key of 2,592", async () => {
  const credentialID = randomBytes(189).toString("base64");
  const credentialPublicKey = randomBytes(2_592).toString("base64");
  const wanted = anAuthenticatorFor(await aUser(), { credentialID, credentialPublicKey });

  await adapter.createAuthenticator(wanted);

  assert.deepEqual(await adapter.getAuthenticator(credentialID), wanted);
});

for (const credentialID of ["", "nobody's", "x".repeat(10_000), "ä ö\u0000"]) {
  test(`no authenticator is found by ${JSON.stringify(credentialID.slice(0, 20))}, which is null`, async () => {
    assert.equal(await adapter.getAuthenticator(credentialID), null);
  });
}

test("a user's authenticators are listed, the oldest first, and nothing else of theirs nor anything of others", async () => {
  const [user, neighbour] = [await aUser(), await aUser()];
  await anAccountOf(user);
  const first = await anAuthenticatorOf(user);
  await anAuthenticatorOf(neighbour);
  const second = await anAuthenticatorOf(user);

  assert.deepEqual(await adapter.listAuthenticatorsByUserId(user.id), [first, second]);
});

test("who has no authenticator, or is nobody, has an empty list", async () => {
  assert.deepEqual(await adapter.listAuthenticatorsByUserId((await aUser()).id), []);
  assert.deepEqual(await adapter.listAuthenticatorsByUserId("nobody"), []);
  assert.deepEqual(await adapter.listAuthenticatorsByUserId(""), []);
});

test("a counter is changed, and nothing else", async () => {
  const user = await aUser();
  const [authenticator, other] = [await anAuthenticatorOf(user), await anAuthenticatorOf(user)];

  const updated = await adapter.updateAuthenticatorCounter(authenticator.credentialID, LARGEST_COUNTER);

  assert.deepEqual(updated, { ...authenticator, counter: LARGEST_COUNTER });
  assert.deepEqual(await adapter.listAuthenticatorsByUserId(user.id), [updated, other]);
});

test("a counter of nobody's authenticator can't be changed", async () => {
  await assert.rejects(adapter.updateAuthenticatorCounter("nobody's", 1), refusal("ACCOUNT_NOT_FOUND"));
});

test("of eight changes of one counter at the same time none fails, and one of them is what holds", async () => {
  const authenticator = await anAuthenticatorOf(await aUser());
  const { credentialID } = authenticator;

  const { won } = await eightTimes((index) => adapter.updateAuthenticatorCounter(credentialID, index + 1));
  const found = await adapter.getAuthenticator(credentialID);

  assert.equal(won.length, 8);
  assert.ok(found && found.counter >= 1 && found.counter <= 8);
  assert.deepEqual(found, { ...authenticator, counter: found.counter });
});

test("of eight counters of one user that change at the same time each is what it was set to", async () => {
  const user = await aUser();
  const { won } = await eightTimes((index) => anAuthenticatorOf(user, { counter: index }));

  await Promise.all(won.map((each) => adapter.updateAuthenticatorCounter(each.credentialID, each.counter + 100)));

  const counters = (await adapter.listAuthenticatorsByUserId(user.id)).map((each) => each.counter);
  assert.deepEqual(
    counters.sort((a, b) => a - b),
    [100, 101, 102, 103, 104, 105, 106, 107],
  );
});

test("a credential that is registered already is refused, whoever asks", async () => {
  const user = await aUser();
  const authenticator = await anAuthenticatorOf(user);
  const claimed = { ...authenticator, userId: (await aUser()).id };

  await assert.rejects(adapter.createAuthenticator(authenticator), refusal("ACCOUNT_ALREADY_LINKED"));
  await assert.rejects(adapter.createAuthenticator(claimed), refusal("ACCOUNT_LINKED_TO_ANOTHER_USER"));

  assert.deepEqual(await adapter.listAuthenticatorsByUserId(user.id), [authenticator]);
});

test("nobody has no authenticator", async () => {
  const wanted = { ...anAuthenticatorFor(await aUser()), userId: "nobody" };

  await assert.rejects(adapter.createAuthenticator(wanted), refusal("USER_NOT_FOUND"));
});

test("a counter that changes does not end the user's sessions", async () => {
  const user = await aUser();
  const session = await aSessionOf(user);
  const { credentialID } = await anAuthenticatorOf(user);

  await adapter.updateAuthenticatorCounter(credentialID, 1);

  assert.deepEqual(await adapter.getSessionAndUser(session.sessionToken), { session, user });
});
