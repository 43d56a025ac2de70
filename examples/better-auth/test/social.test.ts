import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { AccountView } from "../gen/doorward/v1/account_service_pb.js";
import { PASSWORD, SECRET, betterAuth, browser, newAddress } from "./support/better-auth.js";
import type { Browser } from "./support/browser.js";
import { doorward, refusal, validated } from "./support/doorward.js";
import { type Profile, Provider } from "./support/provider.js";
import { required } from "./support/required.js";

const provider = await Provider.start();
const auth = betterAuth([provider.plugin]);

after(() => {
  provider.close();
});

test("whoever signs up by a provider at Better Auth signs in by it at Doorward", async () => {
  const profile = somebody();

  const { user } = await validated(await signedInBy(profile));

  assert.equal(user.email, profile.email);
  assert.equal(user.emailVerified, true);
  assert.notEqual(user.emailVerifiedAt, undefined);
  const again = await doorward.accounts.signInWithAccount(by(profile));
  assert.equal(again.user?.id, user.id);
  assert.equal(again.userCreated, false);
});

test("whoever signs up by a provider at Doorward signs in by it at Better Auth", async () => {
  const profile = somebody();
  const { user } = await doorward.accounts.signInWithAccount(by(profile));

  const valid = await validated(await signedInBy(profile));

  assert.equal(valid.user.id, user?.id);
});

test("the account that Better Auth links has its type and its tokens at Doorward", async () => {
  const profile = somebody();
  await signedInBy(profile);

  const { account } = await doorward.accounts.getAccount({ ...keyOf(profile), view: AccountView.FULL });

  assert.equal(account?.type, "oauth");
  assert.equal(account.accessToken, `token-of-${profile.id}`);
  assert.notEqual(account.accessTokenExpiresAt, undefined);
});

test("a provider that Better Auth links to a user of Doorward's is theirs, beside the password", async () => {
  const profile = somebody();
  const { user } = await doorward.passwords.signUp({ email: profile.email, password: PASSWORD });
  const { id } = required(user);
  await doorward.users.updateUser({ user: { id, emailVerified: true }, updateMask: { paths: ["email_verified"] } });

  const valid = await validated(await signedInBy(profile));

  assert.equal(valid.user.id, id);
  assert.deepEqual(await providersOf(id), ["credential", Provider.ID]);
});

test("a provider is linked by Better Auth to no user whose address nobody has verified", async () => {
  const profile = somebody();
  const { user } = await doorward.passwords.signUp({ email: profile.email, password: PASSWORD });

  const { location } = await signIn(browser(auth), profile);

  assert.match(location, /error=account_not_linked/);
  assert.deepEqual(await providersOf(required(user).id), ["credential"]);
});

test("an account that Better Auth unlinks is unlinked at Doorward", async () => {
  const { id, token, profile } = await withTwoAccounts();
  const person = browser(auth).take(token, SECRET);
  const accounts = (await person.get("/list-accounts")).body as unknown as { id: string; providerId: string }[];
  const linked = required(accounts.find(({ providerId }) => providerId === Provider.ID));

  const answer = await person.post("/unlink-account", { accountId: linked.id });

  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(await providersOf(id), ["credential"]);
  assert.equal(await refusal(doorward.accounts.getAccount(keyOf(profile))), "NotFound ACCOUNT_NOT_FOUND");
});

test("an account that Doorward unlinks is unlinked at Better Auth", async () => {
  const { token, profile } = await withTwoAccounts();
  const { account } = await doorward.accounts.getAccount(keyOf(profile));

  await doorward.accounts.unlinkAccount({ accountId: required(account).id });

  const { body } = await browser(auth).take(token, SECRET).get("/list-accounts");
  assert.deepEqual(
    (body as unknown as { providerId: string }[]).map(({ providerId }) => providerId),
    ["credential"],
  );
});

function somebody(): Profile {
  const profile = { id: randomUUID(), email: newAddress(), email_verified: true, name: "Ada" };
  provider.knows(profile);
  return profile;
}

/** Goes to the provider and comes back. */
async function signIn(person: Browser, { id }: Profile): Promise<{ location: string }> {
  const { body } = await person.post("/sign-in/social", { provider: Provider.ID, callbackURL: "/home" });
  const state = required(new URL(String(body.url)).searchParams.get("state"));
  const { headers } = await person.get(`/callback/${Provider.ID}?code=${id}&state=${encodeURIComponent(state)}`);
  return { location: required(headers.get("location")) };
}

/** The token of a session at Better Auth. */
async function signedInBy(profile: Profile): Promise<string> {
  const person = browser(auth);
  const { location } = await signIn(person, profile);
  assert.match(location, /\/home$/);
  return required(person.token);
}

async function withTwoAccounts() {
  const profile = somebody();
  const token = await signedInBy(profile);
  const { user } = await validated(token);
  await doorward.passwords.setPassword({ userId: user.id, newPassword: PASSWORD, keepAllSessions: true });
  return { id: user.id, token, profile };
}

async function providersOf(userId: string): Promise<string[]> {
  const { accounts } = await doorward.accounts.listAccounts({ userId });
  return accounts.map((account) => account.provider).toSorted();
}

function by({ id, email, email_verified, name }: Profile) {
  return {
    account: { type: "oauth", provider: Provider.ID, providerAccountId: id },
    profile: { email, emailVerified: email_verified, name },
  };
}

function keyOf({ id }: Profile) {
  return {
    key: { case: "providerAccount" as const, value: { provider: Provider.ID, providerAccountId: id } },
  };
}
