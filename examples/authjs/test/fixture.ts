// Who there is in the tests: users, each nobody else's, with what they sign in by.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type {
  AdapterAccount,
  AdapterAuthenticator,
  AdapterSession,
  AdapterUser,
  VerificationToken,
} from "@auth/core/adapters";
import { Role } from "../gen/doorward/v1/access_pb.js";
import { CallerService } from "../gen/doorward/v1/caller_service_pb.js";
import { DoorwardClient } from "../src/client.js";
import { DoorwardAdapter, DoorwardError } from "../src/index.js";

const DAY_MS = 86_400_000;

export const TARGET = environment("DOORWARD_TARGET");
export const KEY_FILE = environment("DOORWARD_KEY_FILE");

/** For what other services do, and what only they can see. */
export const doorward = new DoorwardClient({ target: TARGET, keyFile: KEY_FILE });

/** By a key that may do no more than the README says. */
export const adapter = DoorwardAdapter({ target: TARGET, key: await aKeyWith([Role.AUTHENTICATOR, Role.ADMIN]) });

after(() => {
  adapter.close();
  doorward.close();
});

export function anAddress(): string {
  return `${randomUUID()}@example.com`;
}

export function aMomentAhead(milliseconds = DAY_MS): Date {
  return new Date(Date.now() + milliseconds);
}

export function aPerson(known: Partial<AdapterUser> = {}): AdapterUser {
  return { id: randomUUID(), email: anAddress(), emailVerified: null, name: "Ada", image: null, ...known };
}

export async function aUser(known: Partial<AdapterUser> = {}): Promise<AdapterUser> {
  return adapter.createUser(aPerson(known));
}

export async function aSessionOf({ id }: AdapterUser): Promise<AdapterSession> {
  return adapter.createSession({ sessionToken: randomUUID(), userId: id, expires: aMomentAhead() });
}

export function anAccountFor({ id }: AdapterUser, known: Partial<AdapterAccount> = {}): AdapterAccount {
  return { userId: id, type: "oauth", provider: "github", providerAccountId: randomUUID(), ...known };
}

export async function anAccountOf(user: AdapterUser, known: Partial<AdapterAccount> = {}): Promise<AdapterAccount> {
  const account = anAccountFor(user, known);
  await adapter.linkAccount(account);
  return account;
}

export async function aVerificationToken(known: Partial<VerificationToken> = {}): Promise<VerificationToken> {
  const wanted = { identifier: anAddress(), token: randomUUID(), expires: aMomentAhead(), ...known };
  const created = await adapter.createVerificationToken(wanted);
  assert.ok(created);
  return created;
}

export function anAuthenticatorFor(
  { id }: AdapterUser,
  known: Partial<AdapterAuthenticator> = {},
): AdapterAuthenticator {
  const credentialID = Buffer.from(randomUUID()).toString("base64");
  return {
    userId: id,
    providerAccountId: credentialID,
    credentialID,
    credentialPublicKey: Buffer.from("a public key, for all that Doorward knows").toString("base64"),
    counter: 0,
    credentialDeviceType: "multiDevice",
    credentialBackedUp: true,
    transports: "internal,hybrid",
    ...known,
  };
}

export async function anAuthenticatorOf(
  user: AdapterUser,
  known: Partial<AdapterAuthenticator> = {},
): Promise<AdapterAuthenticator> {
  return adapter.createAuthenticator(anAuthenticatorFor(user, known));
}

/** Does eight at the same time, and tells what has become of each. */
export async function eightTimes<T>(work: (index: number) => Promise<T>): Promise<{ won: T[]; lost: unknown[] }> {
  const done = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => work(index)));
  const won = done.filter((each) => each.status === "fulfilled").map((each) => each.value);
  const lost = done.filter((each) => each.status === "rejected").map((each): unknown => each.reason);
  return { won, lost };
}

/** What a refusal for this reason, and no other failure, is. */
export function refusal(reason: string, ...fields: string[]): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof DoorwardError, String(error));
    assert.equal(error.reason, reason);
    assert.deepEqual(error.fields, fields);
    return true;
  };
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await pause(20);
  }
}

async function aKeyWith(roles: Role[]): Promise<string> {
  const wanted = { callerName: `authjs-${randomUUID()}`, roles };
  return (await doorward.call(CallerService.method.createCallerKey, wanted)).key;
}

function environment(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name}: not set (expected: what with-doorward.ts sets)`);
  return value;
}
