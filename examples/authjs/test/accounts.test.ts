import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { AdapterAccountType } from "@auth/core/adapters";
import {
  aSessionOf,
  aUser,
  adapter,
  anAccountFor,
  anAccountOf,
  anAuthenticatorOf,
  eightTimes,
  refusal,
} from "./fixture.js";

const TOKENS = {
  access_token: "an access token",
  refresh_token: "a refresh token ü",
  id_token: "eyJ0.eyJz.c2ln",
  expires_at: 1_900_000_000,
  token_type: "bearer",
  scope: "openid profile email",
  session_state: "a session's state",
} as const;

test("a user is found by an account of theirs", async () => {
  const user = await aUser();
  const account = await anAccountOf(user);

  assert.deepEqual(await adapter.getUserByAccount(account), user);
});

test("what a provider gave along with an account is kept as it was", async () => {
  const account = anAccountFor(await aUser(), TOKENS);

  assert.deepEqual(await adapter.linkAccount(account), account);
  assert.deepEqual(await adapter.getAccount(account.providerAccountId, account.provider), account);
});

test("what a provider did not give is not there", async () => {
  const account = await anAccountOf(await aUser());

  const found = await adapter.getAccount(account.providerAccountId, account.provider);

  assert.deepEqual(Object.keys(found ?? {}).sort(), ["provider", "providerAccountId", "type", "userId"]);
});

for (const type of ["oauth", "oidc", "email", "webauthn"] satisfies AdapterAccountType[]) {
  test(`an account stays of type ${type}`, async () => {
    const account = await anAccountOf(await aUser(), { type });

    assert.equal((await adapter.getAccount(account.providerAccountId, account.provider))?.type, type);
  });
}

test("an account belongs to its provider: another one's of the same name is another", async () => {
  const [user, neighbour] = [await aUser(), await aUser()];
  const providerAccountId = randomUUID();
  await anAccountOf(user, { provider: "github", providerAccountId });
  await anAccountOf(neighbour, { provider: "gitlab", providerAccountId });

  assert.deepEqual(await adapter.getUserByAccount({ provider: "github", providerAccountId }), user);
  assert.deepEqual(await adapter.getUserByAccount({ provider: "gitlab", providerAccountId }), neighbour);
  assert.equal(await adapter.getUserByAccount({ provider: "google", providerAccountId }), null);
});

test("a provider's names of accounts are told apart by every character", async () => {
  const user = await aUser();
  const { provider, providerAccountId } = await anAccountOf(user, { providerAccountId: `josé-${randomUUID()}` });

  for (const other of [providerAccountId.toUpperCase(), `${providerAccountId} `, providerAccountId.replace("é", "e")]) {
    assert.equal(await adapter.getUserByAccount({ provider, providerAccountId: other }), null);
  }
});

for (const name of ["", "nobody's", "x".repeat(10_000), "ä ö\u0000"]) {
  test(`no account is found by ${JSON.stringify(name.slice(0, 20))}, which is null and no error`, async () => {
    assert.equal(await adapter.getUserByAccount({ provider: "github", providerAccountId: name }), null);
    assert.equal(await adapter.getUserByAccount({ provider: name, providerAccountId: "1" }), null);
    assert.equal(await adapter.getAccount(name, "github"), null);
    assert.equal(await adapter.getAccount("1", name), null);
    assert.equal(await adapter.unlinkAccount({ provider: "github", providerAccountId: name }), undefined);
  });
}

test("a user has many accounts, and unlinking one leaves the others", async () => {
  const user = await aUser();
  const [one, other] = [await anAccountOf(user), await anAccountOf(user)];

  assert.deepEqual(await adapter.unlinkAccount(one), one);

  assert.equal(await adapter.getUserByAccount(one), null);
  assert.deepEqual(await adapter.getUserByAccount(other), user);
});

test("the last account is unlinked like any other, and the user stays signed in", async () => {
  const user = await aUser();
  const session = await aSessionOf(user);
  const account = await anAccountOf(user);

  await adapter.unlinkAccount(account);

  assert.equal(await adapter.getAccount(account.providerAccountId, account.provider), null);
  assert.deepEqual((await adapter.getSessionAndUser(session.sessionToken))?.user, user);
});

test("an account that was unlinked can be linked again, by anybody", async () => {
  const [user, neighbour] = [await aUser(), await aUser()];
  const account = await anAccountOf(user);
  await adapter.unlinkAccount(account);

  await adapter.linkAccount({ ...account, userId: neighbour.id });

  assert.deepEqual(await adapter.getUserByAccount(account), neighbour);
});

test("a passkey that was unlinked can be registered again", async () => {
  const user = await aUser();
  const passkey = await anAccountOf(user, { type: "webauthn", provider: "passkey" });
  const credentialID = passkey.providerAccountId;
  const authenticator = await anAuthenticatorOf(user, { credentialID, counter: 7 });
  await adapter.unlinkAccount(passkey);
  assert.equal(await adapter.getAuthenticator(credentialID), null);

  await adapter.linkAccount(passkey);
  await adapter.createAuthenticator(authenticator);

  assert.deepEqual(await adapter.getAuthenticator(credentialID), authenticator);
});

test("an account that is linked already is refused, whoever asks", async () => {
  const [user, neighbour] = [await aUser(), await aUser()];
  const account = await anAccountOf(user);

  await assert.rejects(adapter.linkAccount(account), refusal("ACCOUNT_ALREADY_LINKED"));
  const claimed = { ...account, userId: neighbour.id };
  await assert.rejects(adapter.linkAccount(claimed), refusal("ACCOUNT_LINKED_TO_ANOTHER_USER"));

  assert.deepEqual(await adapter.getUserByAccount(account), user);
});

test("nobody's account is linked to nobody", async () => {
  const account = anAccountFor(await aUser(), { userId: "nobody" });

  await assert.rejects(adapter.linkAccount(account), refusal("USER_NOT_FOUND"));
});

test("of eight users who link one account at the same time one has it", async () => {
  const account = anAccountFor(await aUser());
  const users = await Promise.all(Array.from({ length: 8 }, () => aUser()));

  const { won, lost } = await eightTimes((index) =>
    adapter.linkAccount({ ...account, userId: users[index]?.id ?? "nobody" }),
  );

  assert.equal(won.length, 1);
  assert.equal((await adapter.getUserByAccount(account))?.id, won[0]?.userId);
  lost.forEach(refusal("ACCOUNT_LINKED_TO_ANOTHER_USER"));
});

test("of eight who unlink an account at the same time one does, and nobody fails", async () => {
  const account = await anAccountOf(await aUser());

  const { won } = await eightTimes(() => adapter.unlinkAccount(account));

  assert.equal(won.length, 8);
  assert.equal(won.filter((unlinked) => unlinked !== undefined).length, 1);
});

test("what stands for an authenticator is no account of Auth.js's", async () => {
  const user = await aUser();
  const { credentialID } = await anAuthenticatorOf(user);
  const account = { provider: "authenticator", providerAccountId: credentialID };

  assert.equal(await adapter.getAccount(credentialID, "authenticator"), null);
  assert.equal(await adapter.getUserByAccount(account), null);
  assert.equal(await adapter.unlinkAccount(account), undefined);
  await assert.rejects(adapter.linkAccount(anAccountFor(user, account)), TypeError);
  assert.ok(await adapter.getAuthenticator(credentialID));
});
