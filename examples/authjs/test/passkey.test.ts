// Auth.js itself registers passkeys and signs users in by them.
import assert from "node:assert/strict";
import { test } from "node:test";
import Passkey from "@auth/core/providers/passkey";
import { Browser, ORIGIN, aSite, destination } from "./browser.js";
import { aSessionOf, aUser, adapter, anAddress } from "./fixture.js";
import { PasskeyDevice } from "./passkey-device.js";

const site = { ...aSite({ providers: [Passkey] }), experimental: { enableWebAuthn: true } };
const rpId = new URL(ORIGIN).hostname;

/** Lets the device do what the site asks for, and brings the site the answer. */
async function go(action: "register" | "authenticate", browser: Browser, device: PasskeyDevice, email = "") {
  const query = new URLSearchParams({ action, ...(email && { email }) });
  const asked = await browser.get(`/auth/webauthn-options/passkey?${query.toString()}`);
  const { options } = (await asked.json()) as { options: { challenge: string } };
  const data = device[action]({ challenge: options.challenge, rpId, origin: ORIGIN });
  return destination(await browser.post("/auth/callback/passkey", { action, data }));
}

async function register(device: PasskeyDevice, email = anAddress()): Promise<Browser> {
  const browser = new Browser(site);
  assert.equal((await go("register", browser, device, email)).pathname, "/");
  return browser;
}

test("whoever registers a passkey is a user, and is signed in", async () => {
  const [device, address] = [new PasskeyDevice(), anAddress()];

  const browser = await register(device, address);

  const user = await adapter.getUserByEmail(address);
  assert.ok(user);
  assert.equal((await browser.session())?.user.id, user.id);
  const [authenticator, ...others] = await adapter.listAuthenticatorsByUserId(user.id);
  assert.deepEqual(others, []);
  assert.equal(authenticator?.credentialID, device.credentialID);
  assert.equal(authenticator.transports, "internal,hybrid");
  assert.equal(authenticator.credentialDeviceType, "multiDevice");
  assert.equal(authenticator.credentialBackedUp, true);
});

test("whoever has the passkey signs in by it, and its counter is kept", async () => {
  const device = new PasskeyDevice();
  const registered = await (await register(device)).session();
  const browser = new Browser(site);

  for (let time = 1; time <= 2; time++) {
    assert.equal((await go("authenticate", browser, device)).pathname, "/");
    assert.equal((await adapter.getAuthenticator(device.credentialID))?.counter, time);
  }

  assert.equal((await browser.session())?.user.id, registered?.user.id);
});

test("a device whose counter goes back is a copy, and signs nobody in", async () => {
  const device = new PasskeyDevice();
  await register(device);
  await adapter.updateAuthenticatorCounter(device.credentialID, 7);
  const browser = new Browser(site);

  const refused = await go("authenticate", browser, device);

  assert.equal(refused.searchParams.get("error"), "WebAuthnVerificationError");
  assert.equal(await browser.session(), null);
  assert.equal((await adapter.getAuthenticator(device.credentialID))?.counter, 7);
});

test("a passkey that nobody registered signs nobody in", async () => {
  const browser = new Browser(site);

  await go("authenticate", browser, new PasskeyDevice());

  assert.equal(await browser.session(), null);
});

test("whoever is signed in registers another passkey for themselves", async () => {
  const user = await aUser();
  const browser = new Browser(site);
  browser.keepSession(await aSessionOf(user));
  const [first, second] = [new PasskeyDevice(), new PasskeyDevice()];

  await go("register", browser, first);
  await go("register", browser, second);

  const ids = (await adapter.listAuthenticatorsByUserId(user.id)).map((each) => each.credentialID);
  assert.deepEqual(ids, [first.credentialID, second.credentialID]);
});
