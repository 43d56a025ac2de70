// In a time zone that is neither the server's nor UTC, and half an hour off.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Timestamp, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { PASSWORD, SECRET, auth, browser, newAddress, signedUp } from "./support/better-auth.js";
import { rows } from "./support/database.js";
import { doorward, validated } from "./support/doorward.js";
import { toMillisecond } from "./support/milliseconds.js";
import { required } from "./support/required.js";

before(() => {
  process.env.TZ = "America/St_Johns";
});

test("the times that Better Auth writes are the same at Doorward, to the millisecond", async () => {
  const { browser: person, token } = await signedUp();

  const { user, session } = await validated(token);

  const known = required(await person.session());
  assert.deepEqual(known.user.createdAt, exact(user.createdAt));
  assert.deepEqual(known.user.updatedAt, exact(user.updatedAt));
  assert.deepEqual(known.session.createdAt, exact(session.createdAt));
  assert.deepEqual(known.session.updatedAt, exact(session.updatedAt));
  assert.deepEqual(known.session.expiresAt, exact(session.expires));
});

test("the times that Doorward writes are the same at Better Auth, but for their microseconds", async () => {
  const answer = await doorward.passwords.signUp({ email: newAddress(), password: PASSWORD });
  const user = required(answer.user);
  const session = required(answer.session);

  const known = required(await browser().take(session.sessionToken, SECRET).session());

  assert.equal(known.user.createdAt, toMillisecond(user.createdAt));
  assert.equal(known.user.updatedAt, toMillisecond(user.updatedAt));
  assert.equal(known.session.createdAt, toMillisecond(session.createdAt));
  assert.equal(known.session.updatedAt, toMillisecond(session.updatedAt));
  assert.equal(known.session.expiresAt, toMillisecond(session.expires));
});

test("an end that Doorward is given to the millisecond is that at Better Auth", async () => {
  const { id } = await signedUp();
  const end = new Date(Date.now() + 86_400_123);

  const { session } = await doorward.sessions.createSession({ userId: id, expires: timestampFromDate(end) });

  const known = required(await browser().take(required(session).sessionToken, SECRET).session());
  assert.equal(known.session.expiresAt, end.toISOString());
});

test("the ends of a provider's tokens are the same on both sides", async () => {
  const { id } = await signedUp();
  const end = new Date("2031-07-01T12:34:56.789Z");
  await doorward.accounts.linkAccount({
    account: {
      userId: id,
      type: "oauth",
      provider: "github",
      providerAccountId: id,
      accessTokenExpiresAt: timestampFromDate(end),
      refreshTokenExpiresAt: timestampFromDate(end),
    },
  });

  const { internalAdapter } = await auth.$context;
  const account = required((await internalAdapter.findAccounts(id)).find(({ providerId }) => providerId === "github"));

  assert.deepEqual(account.accessTokenExpiresAt, end);
  assert.deepEqual(account.refreshTokenExpiresAt, end);
});

test("now is the same moment for both and for the database", async () => {
  const here = await signedUp();
  const { user: there } = await doorward.passwords.signUp({ email: newAddress(), password: PASSWORD });

  const ages = await rows(
    "SELECT ABS(TIMESTAMPDIFF(SECOND, createdAt, UTC_TIMESTAMP(6))) AS seconds FROM user WHERE id IN (?, ?)",
    here.id,
    required(there).id,
  );

  assert.equal(ages.length, 2);
  ages.forEach(({ seconds }) => {
    assert.ok(Number(seconds) < 60, `${String(seconds)} s`);
  });
});

/** As JSON has it, if nothing is lost by that. */
function exact(time: Timestamp | undefined): string {
  assert.equal(required(time).nanos % 1_000_000, 0);
  return toMillisecond(time);
}
