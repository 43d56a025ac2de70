import assert from "node:assert/strict";
import { Auth, type AuthConfig } from "@auth/core";
import type { AdapterSession } from "@auth/core/adapters";
import { adapter } from "./fixture.js";

export const ORIGIN = "http://localhost:3000";
const SESSION_COOKIE = "authjs.session-token";

/** Whom Auth.js takes a visitor for. */
export interface SignedIn {
  readonly user: { readonly id: string; readonly name?: string | null; readonly email: string };
  readonly expires: string;
}

/** A site that signs in by these providers, and keeps what it knows in Doorward. */
export function aSite(settings: Pick<AuthConfig, "providers" | "session">): AuthConfig {
  const silent = (): void => undefined;
  return {
    adapter,
    basePath: "/auth",
    secret: "a secret of the tests",
    trustHost: true,
    logger: { error: silent, warn: silent, debug: silent },
    callbacks: { session: ({ session, user }) => ({ expires: session.expires, user: { ...user } }) },
    ...settings,
    session: { strategy: "database", ...settings.session },
  };
}

/** Somebody's browser, with what it keeps of a site. */
export class Browser {
  readonly #site: AuthConfig;
  readonly #cookies = new Map<string, string>();

  constructor(site: AuthConfig) {
    this.#site = site;
  }

  get sessionToken(): string | undefined {
    return this.#cookies.get(SESSION_COOKIE);
  }

  keepSession({ sessionToken }: AdapterSession): void {
    this.#cookies.set(SESSION_COOKIE, sessionToken);
  }

  async get(url: string): Promise<Response> {
    return this.#request(url, {});
  }

  /** Submits a form as the site's own page would. */
  async post(path: string, form: Record<string, string> = {}): Promise<Response> {
    const { csrfToken } = (await (await this.get("/auth/csrf")).json()) as { csrfToken: string };
    return this.#request(path, { method: "POST", body: new URLSearchParams({ csrfToken, ...form }) });
  }

  async session(): Promise<SignedIn | null> {
    return (await (await this.get("/auth/session")).json()) as SignedIn | null;
  }

  async #request(url: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await Auth(new Request(new URL(url, ORIGIN), { ...init, headers: { cookie } }), this.#site);
    for (const each of response.headers.getSetCookie()) {
      this.#keep(each);
    }
    return response;
  }

  #keep(setCookie: string): void {
    const [, name, value, attributes] = /^([^=]+)=([^;]*)(.*)$/.exec(setCookie) ?? [];
    assert.ok(name !== undefined && value !== undefined && attributes !== undefined, setCookie);
    if (value === "" || /; Max-Age=0/i.test(attributes)) {
      this.#cookies.delete(name);
    } else {
      this.#cookies.set(name, value);
    }
  }
}

/** Where a response sends the browser. */
export function destination(response: Response): URL {
  const location = response.headers.get("location");
  assert.equal(response.status, 302);
  assert.ok(location !== null);
  return new URL(location, ORIGIN);
}
