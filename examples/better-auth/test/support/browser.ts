import { createHmac } from "node:crypto";
import type { Auth } from "./better-auth.js";

/** The name of Better Auth's cookie, over plain HTTP. */
export const SESSION_COOKIE = "better-auth.session_token";

/** What Better Auth has answered. */
export interface Answer {
  status: number;
  body: Record<string, unknown> & { code?: string };
  headers: Headers;
}

/** Somebody who talks to Better Auth over HTTP, and keeps its cookies. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  constructor(
    private readonly auth: Auth,
    private readonly origin: string,
  ) {}

  /** The session's token, out of the cookie. */
  get token(): string | undefined {
    return this.#cookies.get(SESSION_COOKIE)?.split(".")[0];
  }

  /** The cookie as it is sent. */
  get cookie(): string | undefined {
    return this.#cookies.get(SESSION_COOKIE);
  }

  /** Takes a session that somebody else has opened, as a gateway does that has the secret. */
  take(token: string, secret: string): this {
    this.#cookies.set(SESSION_COOKIE, signed(token, secret));
    return this;
  }

  get(path: string): Promise<Answer> {
    return this.#send(path, { method: "GET" });
  }

  post(path: string, body: object = {}): Promise<Answer> {
    return this.#send(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  }

  /** Who Better Auth says is signed in. */
  async session(): Promise<{ user: Record<string, unknown>; session: Record<string, unknown> } | null> {
    const { body } = await this.get("/get-session");
    return body as Awaited<ReturnType<Browser["session"]>>;
  }

  async #send(path: string, init: RequestInit): Promise<Answer> {
    const url = path.startsWith("http") ? path : `${this.origin}/api/auth${path}`;
    const headers = new Headers(init.headers);
    headers.set("origin", this.origin);
    headers.set("user-agent", "a browser");
    headers.set("cookie", [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await this.auth.handler(new Request(url, { ...init, headers }));
    this.#keep(response.headers.getSetCookie());
    const text = await response.text();
    return {
      status: response.status,
      body: (text === "" ? {} : JSON.parse(text)) as Answer["body"],
      headers: response.headers,
    };
  }

  #keep(cookies: string[]): void {
    for (const cookie of cookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "") {
        this.#cookies.delete(name);
      } else {
        this.#cookies.set(name, value);
      }
    }
  }
}

/** A cookie's value, as Better Auth signs it. */
export function signed(token: string, secret: string): string {
  return encodeURIComponent(`${token}.${createHmac("sha256", secret).update(token).digest("base64")}`);
}
