// Auth.js itself signs users in by an OpenID provider on this machine.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import type { OIDCConfig } from "@auth/core/providers";
import { AccountService } from "../gen/doorward/v1/account_service_pb.js";
import { SessionService } from "../gen/doorward/v1/session_service_pb.js";
import { Browser, aSite, destination } from "./browser.js";
import { aSessionOf, aUser, adapter, anAddress, doorward } from "./fixture.js";
import { type Person, openIdProvider } from "./openid-provider.js";

const provider = await openIdProvider();
after(() => {
  provider.close();
});

const local: OIDCConfig<Person> = {
  id: "local",
  name: "Local",
  type: "oidc",
  issuer: provider.issuer,
  clientId: provider.client.id,
  clientSecret: provider.client.secret,
};

const site = aSite({ providers: [local] });

function aPersonThere(known: Partial<Person> = {}): Person {
  const sub = randomUUID();
  return { sub, email: anAddress(), name: "Ada", picture: `https://example.com/${sub}.png`, ...known };
}

/** Goes to the provider and comes back as this person. */
async function comeBackAs(person: Person, browser: Browser): Promise<URL> {
  provider.person = person;
  const there = destination(await browser.post("/auth/signin/local"));
  assert.equal(there.origin, provider.issuer);
  const back = destination(await fetch(there, { redirect: "manual" }));
  return destination(await browser.get(back.href));
}

async function signIn(person: Person): Promise<Browser> {
  const browser = new Browser(site);
  assert.equal((await comeBackAs(person, browser)).pathname, "/");
  return browser;
}

async function accountsOf(userId: string | undefined): Promise<string[]> {
  const { accounts } = await doorward.call(AccountService.method.listAccounts, { userId: userId ?? "" });
  return accounts.map((account) => account.providerAccountId);
}

test("whoever comes for the first time is a user, has an account, and is signed in", async () => {
  const person = aPersonThere();

  const browser = await signIn(person);

  const user = await adapter.getUserByAccount({ provider: "local", providerAccountId: person.sub });
  const { id } = user ?? {};
  assert.deepEqual(user, { id, email: person.email, emailVerified: null, name: person.name, image: person.picture });
  assert.equal((await browser.session())?.user.id, id);
  assert.deepEqual(await accountsOf(id), [person.sub]);
});

test("whoever comes again is the same user", async () => {
  const person = aPersonThere();
  const first = await (await signIn(person)).session();

  const second = await (await signIn({ ...person, email: anAddress() })).session();

  assert.equal(second?.user.id, first?.user.id);
  assert.deepEqual(await accountsOf(first?.user.id), [person.sub]);
});

test("the token in the cookie is Doorward's, for all services", async () => {
  const person = aPersonThere();
  const browser = await signIn(person);

  const { user } = await doorward.call(SessionService.method.validateSession, {
    sessionToken: browser.sessionToken ?? "",
  });

  assert.equal(user?.email, person.email);
});

test("the provider's tokens are kept with the account", async () => {
  const person = aPersonThere();
  const before = Math.floor(Date.now() / 1_000);

  await signIn(person);

  const kept = await adapter.getAccount(person.sub, "local");
  assert.ok(kept);
  const { userId, expires_at: expiresAt, ...account } = kept;
  const { expires_in: lifetime, ...tokens } = provider.given.at(-1) ?? {};
  assert.deepEqual(account, { type: "oidc", provider: "local", providerAccountId: person.sub, ...tokens });
  assert.equal(userId, (await adapter.getUserByEmail(person.email))?.id);
  assert.ok(expiresAt && expiresAt >= before + Number(lifetime) && expiresAt <= Date.now() / 1_000 + Number(lifetime));
});

test("whoever has the address of a user at the provider is not let in as that user", async () => {
  const user = await aUser();
  const person = aPersonThere({ email: user.email });
  const browser = new Browser(site);

  const refused = await comeBackAs(person, browser);

  assert.equal(refused.searchParams.get("error"), "OAuthAccountNotLinked");
  assert.equal(await browser.session(), null);
  assert.deepEqual(await accountsOf(user.id), []);
});

test("whoever is signed in links the account that they come back with", async () => {
  const user = await aUser();
  const browser = new Browser(site);
  browser.keepSession(await aSessionOf(user));
  const person = aPersonThere();

  await comeBackAs(person, browser);

  assert.deepEqual(await adapter.getUserByAccount({ provider: "local", providerAccountId: person.sub }), user);
  assert.equal((await browser.session())?.user.id, user.id);
});

test("whoever is signed in does not get the account of somebody else", async () => {
  const person = aPersonThere();
  const owner = await (await signIn(person)).session();
  const browser = new Browser(site);
  browser.keepSession(await aSessionOf(await aUser()));

  const refused = await comeBackAs(person, browser);

  assert.equal(refused.searchParams.get("error"), "OAuthAccountNotLinked");
  assert.deepEqual(await accountsOf(owner?.user.id), [person.sub]);
});

test("a code that is brought twice signs in once", async () => {
  const browser = new Browser(site);
  provider.person = aPersonThere();
  const there = destination(await browser.post("/auth/signin/local"));
  const back = destination(await fetch(there, { redirect: "manual" }));
  await browser.get(back.href);

  const again = destination(await new Browser(site).get(back.href));

  assert.equal(again.pathname, "/auth/error");
});
