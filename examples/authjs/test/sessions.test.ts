import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { UserService } from "../gen/doorward/v1/user_service_pb.js";
import { aMomentAhead, aSessionOf, aUser, adapter, doorward, eightTimes, refusal, until } from "./fixture.js";

const HOUR_MS = 3_600_000;
const YEAR_MS = 31_536_000_000;

test("a session is opened under the token and until the moment that Auth.js says", async () => {
  const wanted = { sessionToken: randomUUID(), userId: (await aUser()).id, expires: aMomentAhead() };

  assert.deepEqual(await adapter.createSession(wanted), wanted);
});

test("a session is found with its user, under its token", async () => {
  const user = await aUser();
  const session = await aSessionOf(user);

  assert.deepEqual(await adapter.getSessionAndUser(session.sessionToken), { session, user });
});

test("a session does not live on by being used", async () => {
  const session = await aSessionOf(await aUser());

  for (let use = 0; use < 3; use++) {
    assert.deepEqual((await adapter.getSessionAndUser(session.sessionToken))?.session.expires, session.expires);
  }
});

for (const [what, milliseconds] of [
  ["a year from now, later than it was", YEAR_MS],
  ["an hour from now, sooner than it was", HOUR_MS],
] as const) {
  test(`a session is made to end ${what}`, async () => {
    const user = await aUser();
    const { sessionToken } = await aSessionOf(user);
    const expires = aMomentAhead(milliseconds);

    const updated = await adapter.updateSession({ sessionToken, expires });

    assert.deepEqual(updated, { sessionToken, userId: user.id, expires });
    assert.deepEqual((await adapter.getSessionAndUser(sessionToken))?.session, updated);
  });
}

test("a session that is made to end in the past has ended", async () => {
  const { sessionToken } = await aSessionOf(await aUser());

  await adapter.updateSession({ sessionToken, expires: new Date(Date.now() - 1) });

  assert.equal(await adapter.getSessionAndUser(sessionToken), null);
  assert.equal(await adapter.updateSession({ sessionToken, expires: aMomentAhead() }), null);
});

test("a session ends at its moment", async () => {
  const { sessionToken } = await aSessionOf(await aUser());
  const expires = aMomentAhead(500);

  await adapter.updateSession({ sessionToken, expires });
  await until(async () => (await adapter.getSessionAndUser(sessionToken)) === null);

  assert.ok(Date.now() >= expires.getTime());
});

test("an update of nothing tells how the session is", async () => {
  const session = await aSessionOf(await aUser());

  assert.deepEqual(await adapter.updateSession({ sessionToken: session.sessionToken }), session);
});

test("a session that is deleted is told once more, and is gone; the user's other ones go on", async () => {
  const user = await aUser();
  const [session, other] = [await aSessionOf(user), await aSessionOf(user)];

  assert.deepEqual(await adapter.deleteSession(session.sessionToken), session);

  assert.equal(await adapter.getSessionAndUser(session.sessionToken), null);
  assert.deepEqual(await adapter.getSessionAndUser(other.sessionToken), { session: other, user });
});

test("the token of a session that was deleted can be another user's", async () => {
  const { sessionToken } = await aSessionOf(await aUser());
  await adapter.deleteSession(sessionToken);
  const neighbour = await aUser();

  const session = await adapter.createSession({ sessionToken, userId: neighbour.id, expires: aMomentAhead() });

  assert.deepEqual(await adapter.getSessionAndUser(sessionToken), { session, user: neighbour });
});

for (const token of ["", "short", "x".repeat(10_000), "ä ö\u0000", `dws_${"x".repeat(49)}`, randomUUID()]) {
  test(`no session is found by ${JSON.stringify(token.slice(0, 20))}, which is null and no error`, async () => {
    assert.equal(await adapter.getSessionAndUser(token), null);
    assert.equal(await adapter.updateSession({ sessionToken: token }), null);
    assert.equal(await adapter.updateSession({ sessionToken: token, expires: aMomentAhead() }), null);
    assert.equal(await adapter.deleteSession(token), null);
  });
}

test("tokens are told apart by every character", async () => {
  const { sessionToken } = await aSessionOf(await aUser());

  assert.equal(await adapter.getSessionAndUser(sessionToken.toUpperCase()), null);
  assert.equal(await adapter.getSessionAndUser(`${sessionToken} `), null);
});

test("a token that is in use is refused, and stays its session's", async () => {
  const user = await aUser();
  const session = await aSessionOf(user);

  await assert.rejects(adapter.createSession({ ...session, userId: (await aUser()).id }), refusal("ID_TAKEN"));

  assert.deepEqual(await adapter.getSessionAndUser(session.sessionToken), { session, user });
});

test("a token that could be guessed is refused", async () => {
  const wanted = { sessionToken: "short", userId: (await aUser()).id, expires: aMomentAhead() };

  await assert.rejects(adapter.createSession(wanted), refusal("FIELD_INVALID", "session_token"));
});

test("a session that is over before it begins is refused", async () => {
  const wanted = { sessionToken: randomUUID(), userId: (await aUser()).id, expires: new Date(0) };

  await assert.rejects(adapter.createSession(wanted), refusal("FIELD_INVALID", "expires"));
});

test("nobody has no session", async () => {
  const wanted = { sessionToken: randomUUID(), userId: "nobody", expires: aMomentAhead() };

  await assert.rejects(adapter.createSession(wanted), refusal("USER_NOT_FOUND"));
});

test("a user who is disabled is signed out, and gets no other session", async () => {
  const user = await aUser();
  const { sessionToken } = await aSessionOf(user);

  await doorward.call(UserService.method.disableUser, { userId: user.id });

  assert.equal(await adapter.getSessionAndUser(sessionToken), null);
  await assert.rejects(aSessionOf(user), refusal("USER_DISABLED"));
});

test("what is changed about a user is seen with their session at once", async () => {
  const user = await aUser();
  const { sessionToken } = await aSessionOf(user);
  await adapter.getSessionAndUser(sessionToken);

  await adapter.updateUser({ id: user.id, name: "Countess" });

  assert.equal((await adapter.getSessionAndUser(sessionToken))?.user.name, "Countess");
});

test("no update brings back a session that is deleted at the same time", async () => {
  const { sessionToken } = await aSessionOf(await aUser());

  const { lost } = await eightTimes((index) =>
    index === 4
      ? adapter.deleteSession(sessionToken)
      : adapter.updateSession({ sessionToken, expires: aMomentAhead(YEAR_MS) }),
  );

  assert.deepEqual(lost, []);
  assert.equal(await adapter.getSessionAndUser(sessionToken), null);
});

test("of eight who want one token at the same time one gets it", async () => {
  const user = await aUser();
  const wanted = { sessionToken: randomUUID(), userId: user.id, expires: aMomentAhead() };

  const { won, lost } = await eightTimes(() => adapter.createSession(wanted));

  assert.deepEqual(won, [wanted]);
  lost.forEach(refusal("ID_TAKEN"));
});
