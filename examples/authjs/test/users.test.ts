import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { AdapterUser } from "@auth/core/adapters";
import { UserService } from "../gen/doorward/v1/user_service_pb.js";
import {
  aPerson,
  aSessionOf,
  aUser,
  aVerificationToken,
  adapter,
  anAccountOf,
  anAddress,
  anAuthenticatorOf,
  doorward,
  eightTimes,
  refusal,
} from "./fixture.js";

const VERIFIED = new Date("2026-03-04T05:06:07.089Z");
const LATER = new Date("2026-04-05T06:07:08.090Z");
const OF_ANY_SHAPE = ["", "nobody", "x".repeat(10_000), "Ä ö\u0000", "' OR 1=1", "@", "a@b@c"];

test("a user is given back as they were created, under the id that Auth.js gave them", async () => {
  const person = aPerson({ image: "https://example.com/ada.png" });

  const created = await adapter.createUser(person);

  assert.deepEqual(created, person);
  assert.deepEqual(await adapter.getUser(person.id), person);
});

test("a user whose address is verified is created so, to the millisecond", async () => {
  const person = aPerson({ emailVerified: VERIFIED });

  assert.deepEqual(await adapter.createUser(person), person);
  assert.deepEqual(await adapter.getUser(person.id), person);
});

test("a user whom Auth.js gives no id gets one", async () => {
  const { id, ...person } = aPerson();

  const created = await adapter.createUser(person as AdapterUser);

  assert.match(created.id, /^[\w-]{21}$/);
  assert.notEqual(created.id, id);
  assert.deepEqual(await adapter.getUser(created.id), created);
});

test("what is not said of a new user is null", async () => {
  const email = anAddress();

  const created = await adapter.createUser({ email } as AdapterUser);

  assert.deepEqual(created, { id: created.id, email, emailVerified: null, name: null, image: null });
});

test("what a provider's profile says beyond a user's fields does no harm", async () => {
  const person = aPerson();

  assert.deepEqual(await adapter.createUser({ ...person, locale: "en", groups: ["a"] } as AdapterUser), person);
});

test("a user is found by their address, however it is written", async () => {
  const user = await aUser();

  assert.deepEqual(await adapter.getUserByEmail(user.email), user);
  assert.deepEqual(await adapter.getUserByEmail(` ${user.email.toUpperCase()} `), user);
});

for (const name of OF_ANY_SHAPE) {
  test(`nobody is found by ${JSON.stringify(name.slice(0, 20))}, which is null and no error`, async () => {
    assert.equal(await adapter.getUser(name), null);
    assert.equal(await adapter.getUserByEmail(name), null);
    assert.equal(await adapter.deleteUser(name), null);
  });
}

test("an update changes what it is given, and nothing else", async () => {
  const user = await aUser({ image: "https://example.com/ada.png" });
  const neighbour = await aUser();

  const updated = await adapter.updateUser({ id: user.id, name: "Countess" });

  assert.deepEqual(updated, { ...user, name: "Countess" });
  assert.deepEqual(await adapter.getUser(user.id), updated);
  assert.deepEqual(await adapter.getUser(neighbour.id), neighbour);
});

test("an update clears what is null, and does not look at what is undefined", async () => {
  const user = await aUser({ image: "https://example.com/ada.png" });

  const updated = await adapter.updateUser({ id: user.id, name: undefined, image: null } as never);

  assert.deepEqual(updated, { ...user, image: null });
  assert.deepEqual(await adapter.getUser(user.id), updated);
});

test("an update of nothing changes nothing", async () => {
  const user = await aUser();

  assert.deepEqual(await adapter.updateUser({ id: user.id }), user);
});

test("an address becomes verified by an update, to the millisecond", async () => {
  const user = await aUser();

  const updated = await adapter.updateUser({ id: user.id, emailVerified: VERIFIED });

  assert.deepEqual(updated, { ...user, emailVerified: VERIFIED });
  assert.deepEqual(await adapter.getUser(user.id), updated);
  assert.equal((await asOthersSee(user)).emailVerified, true);
});

test("an address that is verified is verified anew by an update", async () => {
  const user = await aUser({ emailVerified: VERIFIED });

  const updated = await adapter.updateUser({ id: user.id, emailVerified: LATER });

  assert.deepEqual(updated.emailVerified, LATER);
});

test("an address is verified no longer when an update says null", async () => {
  const user = await aUser({ emailVerified: VERIFIED });

  const updated = await adapter.updateUser({ id: user.id, emailVerified: null });

  assert.equal(updated.emailVerified, null);
  assert.equal((await asOthersSee(user)).emailVerified, false);
});

test("an update of the name leaves an address verified when it was", async () => {
  const user = await aUser({ emailVerified: VERIFIED });

  const updated = await adapter.updateUser({ id: user.id, name: "Countess" });

  assert.deepEqual(updated.emailVerified, VERIFIED);
});

test("another address is not verified", async () => {
  const user = await aUser({ emailVerified: VERIFIED });
  const email = anAddress();

  assert.deepEqual(await adapter.updateUser({ id: user.id, email }), { ...user, email, emailVerified: null });
});

test("another address is verified if the same update says so", async () => {
  const user = await aUser();
  const change = { id: user.id, email: anAddress(), emailVerified: VERIFIED };

  assert.deepEqual(await adapter.updateUser(change), { ...user, ...change });
});

test("an address that is verified, nobody recorded when, counts as verified since the user was created", async () => {
  const { id } = await aUser();
  const mask = { updateMask: { paths: ["email_verified"] } };
  await doorward.call(UserService.method.updateUser, { user: { id, emailVerified: true }, ...mask });

  assert.ok((await adapter.getUser(id))?.emailVerified instanceof Date);
});

test("an update of nobody fails", async () => {
  await assert.rejects(adapter.updateUser({ id: "nobody", name: "Ada" }), refusal("USER_NOT_FOUND"));
  await assert.rejects(adapter.updateUser({ id: "nobody" }), refusal("USER_NOT_FOUND"));
});

test("an address that another user has is refused, and both stay as they are", async () => {
  const user = await aUser();
  const neighbour = await aUser();

  await assert.rejects(adapter.updateUser({ id: user.id, email: neighbour.email }), refusal("EMAIL_TAKEN"));

  assert.deepEqual(await adapter.getUser(user.id), user);
  assert.deepEqual(await adapter.getUserByEmail(neighbour.email), neighbour);
});

test("an id that another user has is refused", async () => {
  const { id } = await aUser();

  await assert.rejects(adapter.createUser(aPerson({ id })), refusal("ID_TAKEN"));
});

test("what is no address is refused, and the error says which field", async () => {
  await assert.rejects(adapter.createUser(aPerson({ email: "ada" })), refusal("FIELD_INVALID", "user.email"));
});

test("of eight who want one address at the same time one gets it, and the others are told why not", async () => {
  const email = anAddress();

  const { won, lost } = await eightTimes(() => adapter.createUser(aPerson({ email })));

  assert.equal(won.length, 1);
  assert.deepEqual(await adapter.getUserByEmail(email), won[0]);
  lost.forEach(refusal("EMAIL_TAKEN"));
});

test("two updates of different fields at the same time both hold", async () => {
  const user = await aUser();
  const changes = { name: "Countess", image: "https://example.com/countess.png" };

  await Promise.all([
    adapter.updateUser({ id: user.id, name: changes.name }),
    adapter.updateUser({ id: user.id, image: changes.image }),
  ]);

  assert.deepEqual(await adapter.getUser(user.id), { ...user, ...changes });
});

test("what other services keep in a user's metadata is neither shown nor touched", async () => {
  const { id } = await aUser();
  const metadata = { plan: "gold", seats: [1, 2] };
  await doorward.call(UserService.method.updateUser, { user: { id, metadata }, updateMask: { paths: ["metadata"] } });

  const updated = await adapter.updateUser({ id, name: "Countess" });
  await anAuthenticatorOf(updated);

  assert.deepEqual(Object.keys(updated), ["id", "email", "emailVerified", "name", "image"]);
  assert.deepEqual((await asOthersSee(updated)).metadata, metadata);
});

test("a user goes with all that is theirs, and the neighbour stays with all of theirs", async () => {
  const [user, neighbour] = [await aUser(), await aUser()];
  const [theirs, others] = [await belongingsOf(user), await belongingsOf(neighbour)];

  assert.deepEqual(await adapter.deleteUser(user.id), user);

  assert.deepEqual(await leftOf(theirs), [null, null, null, null, [], null]);
  const left = await leftOf(others);
  assert.deepEqual(left, [neighbour, others.account, others.session, others.authenticator, [left[3]], others.token]);
});

test("the address and the id of a user who was deleted can be somebody's again", async () => {
  const person = aPerson();
  await adapter.createUser(person);
  await adapter.deleteUser(person.id);

  assert.deepEqual(await adapter.createUser(person), person);
});

test("of eight who delete a user at the same time nobody fails", async () => {
  const user = await aUser();

  const { lost } = await eightTimes(() => adapter.deleteUser(user.id));

  assert.deepEqual(lost, []);
  assert.equal(await adapter.getUser(user.id), null);
});

async function asOthersSee({ id }: AdapterUser) {
  const { user } = await doorward.call(UserService.method.getUser, { key: { case: "userId", value: id } });
  assert.ok(user);
  return user;
}

async function belongingsOf(user: AdapterUser) {
  return {
    user,
    account: await anAccountOf(user, { providerAccountId: randomUUID() }),
    session: await aSessionOf(user),
    authenticator: await anAuthenticatorOf(user),
    token: await aVerificationToken({ identifier: user.email }),
  };
}

async function leftOf({ user, account, session, authenticator, token }: Awaited<ReturnType<typeof belongingsOf>>) {
  return [
    await adapter.getUser(user.id),
    await adapter.getAccount(account.providerAccountId, account.provider),
    (await adapter.getSessionAndUser(session.sessionToken))?.session ?? null,
    await adapter.getAuthenticator(authenticator.credentialID),
    await adapter.listAuthenticatorsByUserId(user.id),
    await adapter.useVerificationToken(token),
  ];
}
