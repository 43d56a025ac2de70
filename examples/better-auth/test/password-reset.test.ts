import assert from "node:assert/strict";
import { test } from "node:test";
import { PASSWORD, SECRET, browser, mailed, newAddress, signedUp } from "./support/better-auth.js";
import { doorward, refusal, validated } from "./support/doorward.js";
import { required } from "./support/required.js";

const ANOTHER = "a donkey, not a horse";

test("a password that is reset at Better Auth is the new one at Doorward, and all sessions are over", async () => {
  const email = newAddress();
  const { session } = await doorward.passwords.signUp({ email, password: PASSWORD });
  const token = await requested(email);

  const answer = await browser().post("/reset-password", { token, newPassword: ANOTHER });

  assert.equal(answer.status, 200);
  await doorward.passwords.signIn({ email, password: ANOTHER });
  assert.equal(
    await refusal(doorward.passwords.signIn({ email, password: PASSWORD })),
    "InvalidArgument INVALID_CREDENTIALS",
  );
  assert.equal(await refusal(validated(required(session).sessionToken)), "NotFound SESSION_NOT_FOUND");
});

test("a password that is reset at Doorward is the new one at Better Auth, and all sessions are over", async () => {
  const { browser: person, email } = await signedUp();
  const { token } = await doorward.passwords.requestPasswordReset({ email });

  await doorward.passwords.completePasswordReset({ token, newPassword: ANOTHER });

  assert.equal(await person.session(), null);
  assert.equal((await browser().post("/sign-in/email", { email, password: PASSWORD })).status, 401);
  const again = browser();
  assert.equal((await again.post("/sign-in/email", { email, password: ANOTHER })).status, 200);
  assert.equal((await again.session())?.user.emailVerified, true);
});

test("of one token for a reset at Better Auth, one of two that bring it at once makes use", async () => {
  const { email } = await signedUp();
  const token = await requested(email);

  const answers = await Promise.all(
    [ANOTHER, `${ANOTHER}!`].map((newPassword) => browser().post("/reset-password", { token, newPassword })),
  );

  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 400]);
});

test("a token for a reset is good only where it was asked for", async () => {
  const { email } = await signedUp();
  const here = await requested(email);
  const there = await doorward.passwords.requestPasswordReset({ email });

  assert.equal(
    await refusal(doorward.passwords.completePasswordReset({ token: here, newPassword: ANOTHER })),
    "NotFound VERIFICATION_NOT_FOUND",
  );
  const answer = await browser().post("/reset-password", { token: there.token, newPassword: ANOTHER });
  assert.equal(answer.body.code, "INVALID_TOKEN");
});

test("whoever signed up by Doorward alone gets a first password by a reset at Better Auth", async () => {
  const email = newAddress();
  const { user } = await doorward.users.createUser({ user: { email } });
  const { session } = await doorward.sessions.createSession({ userId: required(user).id });
  const token = await requested(email);

  await browser().post("/reset-password", { token, newPassword: ANOTHER });

  const { user: known } = await doorward.passwords.signIn({ email, password: ANOTHER });
  assert.equal(known?.id, user?.id);
  assert.equal(await browser().take(required(session).sessionToken, SECRET).session(), null);
});

/** The token that Better Auth has mailed. */
async function requested(email: string): Promise<string> {
  const answer = await browser().post("/request-password-reset", { email });
  assert.equal(answer.status, 200);
  return mailed("reset", email).token;
}
