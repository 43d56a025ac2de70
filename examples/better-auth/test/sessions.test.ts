import assert from "node:assert/strict";
import { test } from "node:test";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { PASSWORD, SECRET, browser, signedUp } from "./support/better-auth.js";
import { database } from "./support/database.js";
import { doorward, refusal, validated } from "./support/doorward.js";
import { required } from "./support/required.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const GONE = "NotFound SESSION_NOT_FOUND";

test("whoever signs out at Better Auth is signed out at Doorward", async () => {
  const { browser: person, token } = await signedUp();

  const answer = await person.post("/sign-out");

  assert.equal(answer.status, 200);
  assert.equal(await refusal(validated(token)), GONE);
});

test("a session that Doorward revokes is over at Better Auth", async () => {
  const { browser: person, token } = await signedUp();

  await doorward.sessions.revokeSession({ key: { case: "sessionToken", value: token } });

  assert.equal(await person.session(), null);
});

test("whoever is signed in at Doorward signs out at Better Auth", async () => {
  const { email } = await signedUp();
  const token = await signedInAtDoorward(email);

  await browser().take(token, SECRET).post("/sign-out");

  assert.equal(await refusal(validated(token)), GONE);
});

test("each side lists the sessions that the other has opened", async () => {
  const { browser: person, id, email, token } = await signedUp();
  const opened = await signedInAtDoorward(email);

  const listed = (await person.get("/list-sessions")).body as unknown as { id: string; token: string }[];
  const { sessions } = await doorward.sessions.listSessions({ userId: id });

  assert.deepEqual(new Set(listed.map((each) => each.token)), new Set([token, opened]));
  assert.deepEqual(new Set(listed.map((each) => each.id)), new Set(sessions.map((each) => each.id)));
});

test("one session that Better Auth revokes is over at Doorward, and the other one is not", async () => {
  const { browser: person, email, token } = await signedUp();
  const opened = await signedInAtDoorward(email);

  const answer = await person.post("/revoke-session", { token: opened });

  assert.equal(answer.status, 200);
  assert.equal(await refusal(validated(opened)), GONE);
  assert.equal(await refusal(validated(token)), "");
});

test("all other sessions that Better Auth revokes are over at Doorward", async () => {
  const { browser: person, email, token } = await signedUp();
  const opened = await signedInAtDoorward(email);

  await person.post("/revoke-other-sessions");

  assert.equal(await refusal(validated(opened)), GONE);
  assert.equal(await refusal(validated(token)), "");
});

test("all sessions that Better Auth revokes are over at Doorward, and a neighbour's is not", async () => {
  const { browser: person, email, token } = await signedUp();
  const neighbour = await signedUp();
  const opened = await signedInAtDoorward(email);

  await person.post("/revoke-sessions");

  assert.equal(await refusal(validated(opened)), GONE);
  assert.equal(await refusal(validated(token)), GONE);
  assert.equal(await refusal(validated(neighbour.token)), "");
});

test("all sessions that Doorward revokes are over at Better Auth, but for the one that is kept", async () => {
  const { browser: person, id, email } = await signedUp();
  const other = browser();
  await other.post("/sign-in/email", { email, password: PASSWORD });
  const keptId = String((await person.session())?.session.id);

  await doorward.sessions.revokeUserSessions({ userId: id, keepSessionId: keptId });

  assert.equal(await other.session(), null);
  assert.notEqual(await person.session(), null);
});

test("the other sessions end at Doorward with a password that is changed at Better Auth, if that is asked for", async () => {
  const { browser: person, email, token } = await signedUp();
  const opened = await signedInAtDoorward(email);

  await person.post("/change-password", {
    currentPassword: PASSWORD,
    newPassword: "a donkey, not a horse",
    revokeOtherSessions: true,
  });

  assert.equal(await refusal(validated(opened)), GONE);
  assert.equal(await refusal(validated(token)), GONE, "it has a new one");
  assert.equal(await refusal(validated(required(person.token))), "");
});

test("a session that Doorward ends by its time is over at Better Auth", async () => {
  const { browser: person, token } = await signedUp();

  await doorward.sessions.updateSession({
    key: { case: "sessionToken", value: token },
    session: { expires: timestampFromDate(new Date(Date.now() - 1)) },
    updateMask: { paths: ["expires"] },
  });

  assert.equal(await person.session(), null);
});

test("a session that Better Auth prolongs is prolonged at Doorward", async () => {
  const { browser: person, token } = await signedUp();
  await endsIn(token, 5 * DAY_MS);

  const seen = required(await person.session()).session.expiresAt;

  const { session } = await validated(token);
  assert.equal(timestampDate(required(session.expires)).toISOString(), seen);
  assert.ok(remaining(session.expires) > 6.9 * DAY_MS);
});

test("a session that Doorward prolongs is prolonged at Better Auth", async () => {
  const { browser: person, token } = await signedUp();
  await endsIn(token, 5 * DAY_MS);

  await until(async () => remaining((await validated(token)).session.expires) > 6.9 * DAY_MS);

  const seen = new Date(String((await person.session())?.session.expiresAt));
  assert.ok(seen.getTime() - Date.now() > 6.9 * DAY_MS);
});

test("a session that Better Auth is not to remember ends after a day, however it is used at Doorward", async () => {
  const { email } = await signedUp();
  const person = browser();
  await person.post("/sign-in/email", { email, password: PASSWORD, rememberMe: false });
  const token = required(person.token);

  const { session } = await validated(token);

  assert.equal(session.remember, false);
  assert.ok(remaining(session.expires) <= DAY_MS);
});

test("a session that Doorward is not to remember ends after a day, however it is used at Better Auth", async () => {
  const { email } = await signedUp();
  const { session } = await doorward.passwords.signIn({ email, password: PASSWORD, remember: false });
  const { sessionToken: token, expires } = required(session);

  await browser().take(token, SECRET).session();

  const { session: after } = await validated(token);
  assert.ok(remaining(after.expires) <= remaining(expires));
});

/** The token of a session that Doorward opens. */
async function signedInAtDoorward(email: string): Promise<string> {
  const { session } = await doorward.passwords.signIn({ email, password: PASSWORD });
  return required(session).sessionToken;
}

/** Makes a session one that was opened a while ago. */
async function endsIn(token: string, milliseconds: number): Promise<void> {
  await database.query("UPDATE session SET expires = ? WHERE sessionToken = ?", [
    new Date(Date.now() + milliseconds),
    token,
  ]);
}

function remaining(expires: Parameters<typeof timestampDate>[0] | undefined): number {
  return timestampDate(required(expires)).getTime() - Date.now();
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    // Each look is a call to the server.
  }
}
