import { randomBytes } from "node:crypto";
import type { BetterAuthOptions } from "better-auth";
import { createAuth } from "../../src/auth.js";
import { Browser } from "./browser.js";
import { database } from "./database.js";
import { required } from "./required.js";

export type Auth = Pick<ReturnType<typeof createAuth>, "handler">;

export const ORIGIN = "http://localhost:3000";
export const SECRET = required(process.env.BETTER_AUTH_SECRET);
export const PASSWORD = "correct horse battery";

const mails = new Map<string, { token: string; url: string }>();

/** Better Auth in this process, as a team runs it. */
export function betterAuth(plugins: NonNullable<BetterAuthOptions["plugins"]> = []) {
  return createAuth({
    database,
    baseURL: ORIGIN,
    secret: SECRET,
    plugins,
    logger: { disabled: true },
    mail: ({ to, kind, token, url }) => {
      mails.set(`${kind} ${to}`, { token, url });
      return Promise.resolve();
    },
  });
}

export const auth = betterAuth();

/** Somebody new, with no cookie. */
export function browser(of: Auth = auth): Browser {
  return new Browser(of, ORIGIN);
}

/** An address that nobody has. */
export function newAddress(): string {
  return `ada-${randomBytes(6).toString("hex")}@example.com`;
}

/** What Better Auth has mailed to an address. */
export function mailed(kind: "reset" | "verify", to: string): { token: string; url: string } {
  return required(mails.get(`${kind} ${to}`));
}

/** Somebody who has signed up at Better Auth. */
export async function signedUp(email = newAddress(), password = PASSWORD) {
  const person = browser();
  const answer = await person.post("/sign-up/email", { email, password, name: "Ada" });
  if (answer.status !== 200) {
    throw new Error(`sign-up: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
  }
  const user = answer.body.user as { id: string };
  return { browser: person, email, id: user.id, token: required(person.token) };
}
