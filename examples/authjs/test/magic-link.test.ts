// Auth.js itself signs users in by a link that is sent to them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EmailConfig } from "@auth/core/providers";
import { SessionService } from "../gen/doorward/v1/session_service_pb.js";
import { Browser, aSite, destination } from "./browser.js";
import { aSessionOf, aUser, adapter, anAddress, doorward, refusal } from "./fixture.js";

const DAY_SECONDS = 86_400;

const mailbox = new Map<string, string>();

const email: EmailConfig = {
  id: "email",
  type: "email",
  name: "E-mail",
  from: "door@example.com",
  maxAge: 3_600,
  sendVerificationRequest: ({ identifier, url }) => {
    mailbox.set(identifier, url);
  },
};

const site = aSite({ providers: [email] });

async function linkFor(address: string, browser: Browser): Promise<string> {
  const answer = await browser.post("/auth/signin/email", { email: address });
  const link = mailbox.get(address);
  assert.equal(destination(answer).pathname, "/auth/verify-request");
  assert.ok(link);
  return link;
}

async function signIn(address: string, browser = new Browser(site)): Promise<Browser> {
  assert.equal(destination(await browser.get(await linkFor(address, browser))).pathname, "/");
  return browser;
}

async function validate(sessionToken: string | undefined) {
  assert.ok(sessionToken);
  return doorward.call(SessionService.method.validateSession, { sessionToken });
}

test("whoever opens the link is signed in, as a user who was not there before", async () => {
  const address = anAddress();

  const browser = await signIn(address);

  const user = await adapter.getUserByEmail(address);
  assert.ok(user);
  assert.equal((await browser.session())?.user.id, user.id);
});

test("the link has proved that the address is theirs", async () => {
  const address = anAddress();
  const before = Date.now();

  await signIn(address);

  const verified = (await adapter.getUserByEmail(address))?.emailVerified?.getTime();
  assert.ok(verified !== undefined && verified >= before && verified <= Date.now());
});

test("the token in the cookie is Doorward's, for all services", async () => {
  const address = anAddress();
  const browser = await signIn(address);

  const { session, user } = await validate(browser.sessionToken);

  assert.equal(user?.email, address);
  assert.equal(session?.userId, user.id);
});

test("signing out ends the session, for all services", async () => {
  const browser = await signIn(anAddress());
  const token = browser.sessionToken;

  await browser.post("/auth/signout");

  assert.equal(await browser.session(), null);
  assert.equal(browser.sessionToken, undefined);
  await assert.rejects(validate(token), refusal("SESSION_NOT_FOUND"));
});

test("a session that is revoked elsewhere is over here", async () => {
  const browser = await signIn(anAddress());
  const { user } = await validate(browser.sessionToken);

  await doorward.call(SessionService.method.revokeUserSessions, { userId: user?.id ?? "" });

  assert.equal(await browser.session(), null);
});

test("a link that is opened twice signs in once", async () => {
  const [browser, thief] = [new Browser(site), new Browser(site)];
  const link = await linkFor(anAddress(), browser);
  await browser.get(link);

  const refused = destination(await thief.get(link));

  assert.equal(refused.searchParams.get("error"), "Verification");
  assert.equal(await thief.session(), null);
  assert.ok(await browser.session());
});

test("a link for another address than it was sent to signs nobody in", async () => {
  const browser = new Browser(site);
  const victim = await aUser();
  const link = new URL(await linkFor(anAddress(), browser));
  link.searchParams.set("email", victim.email);

  assert.equal(destination(await browser.get(link.href)).searchParams.get("error"), "Verification");
  assert.equal(await browser.session(), null);
});

test("whoever has signed in before is the same user again", async () => {
  const address = anAddress();
  const first = await (await signIn(address)).session();

  const second = await (await signIn(address)).session();

  assert.equal(second?.user.id, first?.user.id);
});

test("whoever signs in as another user is not signed in as the first any longer", async () => {
  const [first, second] = [await aUser(), await aUser()];
  const session = await aSessionOf(first);
  const browser = new Browser(site);
  browser.keepSession(session);

  await signIn(second.email, browser);

  assert.equal((await browser.session())?.user.id, second.id);
  assert.equal(await adapter.getSessionAndUser(session.sessionToken), null);
});

test("a session that is used is prolonged by Auth.js, as far as it says", async () => {
  const prolonging = aSite({ providers: [email], session: { maxAge: 2 * DAY_SECONDS, updateAge: DAY_SECONDS / 2 } });
  const session = await aSessionOf(await aUser());
  const browser = new Browser(prolonging);
  browser.keepSession(session);

  await browser.session();

  const expires = (await adapter.getSessionAndUser(session.sessionToken))?.session.expires;
  assert.ok(expires && expires.getTime() >= session.expires.getTime() + DAY_SECONDS * 1_000);
});
