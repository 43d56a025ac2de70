import assert from "node:assert/strict";
import { test } from "node:test";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { PASSWORD, browser, mailed, newAddress, signedUp } from "./support/better-auth.js";
import { database } from "./support/database.js";
import { doorward, refusal, validated } from "./support/doorward.js";
import { toMillisecond } from "./support/milliseconds.js";
import { required } from "./support/required.js";

test("a user who deletes themselves at Better Auth is nobody at Doorward, and a neighbour stays", async () => {
  const { browser: person, id, email, token } = await signedUp();
  const neighbour = await signedUp();
  const { token: reset } = await doorward.passwords.requestPasswordReset({ email });

  const answer = await person.post("/delete-user", { password: PASSWORD });

  assert.equal(answer.status, 200);
  assert.equal(await refusal(validated(token)), "NotFound SESSION_NOT_FOUND");
  assert.equal(
    await refusal(doorward.users.getUser({ key: { case: "userId", value: id } })),
    "NotFound USER_NOT_FOUND",
  );
  assert.deepEqual((await doorward.accounts.listAccounts({ userId: id })).accounts, []);
  assert.equal(
    await refusal(doorward.passwords.signIn({ email, password: PASSWORD })),
    "InvalidArgument INVALID_CREDENTIALS",
  );
  assert.equal(
    await refusal(doorward.passwords.checkPasswordReset({ token: reset })),
    "NotFound VERIFICATION_NOT_FOUND",
  );
  assert.equal((await validated(neighbour.token)).user.id, neighbour.id);
});

test("a user whom Doorward deletes is nobody at Better Auth, and the address is free for both", async () => {
  const { browser: person, id, email } = await signedUp();

  await doorward.users.deleteUser({ userId: id });

  assert.equal(await person.session(), null);
  assert.equal((await browser().post("/sign-in/email", { email, password: PASSWORD })).status, 401);
  assert.notEqual((await signedUp(email)).id, id);
});

test("what a user changes at Better Auth is changed at Doorward", async () => {
  const { browser: person, id } = await signedUp();
  const { user: before } = await doorward.users.getUser({ key: { case: "userId", value: id } });

  await person.post("/update-user", { name: "Ada L.", image: "https://example.com/ada.png" });

  const { user } = await doorward.users.getUser({ key: { case: "userId", value: id } });
  assert.equal(user?.name, "Ada L.");
  assert.equal(user.image, "https://example.com/ada.png");
  assert.notEqual(user.etag, before?.etag);
});

test("what Doorward changes of a user is changed at Better Auth", async () => {
  const { browser: person, id } = await signedUp();
  const email = newAddress();

  await doorward.users.updateUser({ user: { id, name: "Ada L.", email }, updateMask: { paths: ["name", "email"] } });

  const { user } = required(await person.session());
  assert.equal(user.name, "Ada L.");
  assert.equal(user.email, email);
  assert.equal((await browser().post("/sign-in/email", { email, password: PASSWORD })).status, 200);
});

test("what Doorward alone keeps of a user outlives a change at Better Auth", async () => {
  const { browser: person, id } = await signedUp();
  await doorward.users.updateUser({ user: { id, metadata: { plan: "gold" } }, updateMask: { paths: ["metadata"] } });

  await person.post("/update-user", { name: "Ada L." });

  const { user } = await doorward.users.getUser({ key: { case: "userId", value: id } });
  assert.deepEqual(user?.metadata, { plan: "gold" });
});

test("an address that is verified at Better Auth is verified at Doorward, and since when", async () => {
  const { browser: person, id, email } = await signedUp();
  await person.post("/send-verification-email", { email });

  const answer = await person.get(`/verify-email?token=${mailed("verify", email).token}`);

  assert.equal(answer.status, 200);
  const { user } = await doorward.users.getUser({ key: { case: "userId", value: id } });
  assert.equal(user?.emailVerified, true);
  const ageMs = Date.now() - timestampDate(required(user.emailVerifiedAt)).getTime();
  assert.ok(ageMs >= 0 && ageMs < 60_000);
});

test("an address that is verified at Doorward is verified at Better Auth, and since when", async () => {
  const { browser: person, id } = await signedUp();
  const { token } = await doorward.verifications.requestEmailVerification({ userId: id });

  const { user } = await doorward.verifications.completeEmailVerification({ token, signedInUserId: id });

  const { user: known } = required(await person.session());
  assert.equal(known.emailVerified, true);
  assert.equal(known.emailVerifiedAt, toMillisecond(user?.emailVerifiedAt));
});

test("a user whom Doorward disables is signed out at Better Auth, and can't sign in there until enabled", async () => {
  const { browser: person, id, email } = await signedUp();
  await doorward.users.disableUser({ userId: id, reason: "spam" });

  assert.equal(await person.session(), null);
  const answer = await browser().post("/sign-in/email", { email, password: PASSWORD });
  assert.equal(answer.status, 403);
  assert.equal(answer.body.code, "USER_DISABLED");
  assert.deepEqual((await doorward.sessions.listSessions({ userId: id })).sessions, []);

  await doorward.users.enableUser({ userId: id });
  assert.equal((await browser().post("/sign-in/email", { email, password: PASSWORD })).status, 200);
});

test("a user who was disabled for a time signs in at both once that is over", async () => {
  const { id, email } = await signedUp();
  await doorward.users.disableUser({ userId: id });
  await database.query("UPDATE user SET disabledUntil = ? WHERE id = ?", [new Date(Date.now() - 1), id]);

  assert.equal((await browser().post("/sign-in/email", { email, password: PASSWORD })).status, 200);
  assert.equal(await refusal(doorward.passwords.signIn({ email, password: PASSWORD })), "");
});

test("nobody makes themselves verified or enabled by what they send", async () => {
  const { browser: person, id } = await signedUp();

  for (const field of ["emailVerified", "emailVerifiedAt", "disabledAt", "disabledUntil"]) {
    await person.post("/update-user", { name: "Ada", [field]: field === "emailVerified" ? true : new Date() });
  }

  const { user } = await doorward.users.getUser({ key: { case: "userId", value: id } });
  assert.equal(user?.emailVerified, false);
  assert.equal(user.emailVerifiedAt, undefined);
  assert.equal(user.disabledAt, undefined);
});

test("all that is kept about a user of Better Auth's is in Doorward's export", async () => {
  const { id, email } = await signedUp();

  const said: unknown[] = [];
  for await (const { user, accounts, sessions } of doorward.users.exportUserData({ userId: id })) {
    said.push(user?.email, ...accounts.map(({ provider }) => provider), ...sessions.map(({ userAgent }) => userAgent));
  }

  assert.deepEqual(
    said.filter((each) => each !== undefined),
    [email, "credential", "a browser"],
  );
});

test("a name that Doorward has no room for is refused by Better Auth", async () => {
  const answer = await browser().post("/sign-up/email", {
    email: newAddress(),
    password: PASSWORD,
    name: "A".repeat(256),
  });

  assert.equal(answer.status, 422);
});
