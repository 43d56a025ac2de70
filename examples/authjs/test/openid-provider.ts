import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SignJWT, exportJWK, generateKeyPair } from "jose";

const CLIENT = { id: "the-site", secret: "a secret of the site" };
const BASIC = `Basic ${Buffer.from(`${CLIENT.id}:${encodeURIComponent(CLIENT.secret).replaceAll("%20", "+")}`).toString("base64")}`;

/** Whoever is signed in at the provider. */
export interface Person {
  readonly sub: string;
  readonly email: string;
  readonly name: string;
  readonly picture: string;
}

/** An OpenID provider on this machine: authorization codes with PKCE, signed ID tokens. */
export interface OpenIdProvider {
  readonly issuer: string;
  readonly client: typeof CLIENT;
  /** What it has answered to whoever brought a code, the latest last. */
  readonly given: Record<string, unknown>[];
  /** Who is there when a browser comes next. */
  person: Person;
  close(): void;
}

export async function openIdProvider(): Promise<OpenIdProvider> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "1", alg: "RS256", use: "sig" }] };
  const codes = new Map<string, { person: Person; challenge: string | null; redirectUri: string | null }>();
  const server = createServer((request, response) => {
    void answer(request).then(
      ({ status = 200, location, body }) => {
        response.writeHead(status, { "content-type": "application/json", ...(location && { location }) });
        response.end(JSON.stringify(body ?? {}));
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage): Promise<{ status?: number; location?: string; body?: unknown }> {
    const url = new URL(request.url ?? "/", issuer);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return { body: discovery() };
      case "/jwks":
        return { body: jwks };
      case "/authorize":
        return { status: 302, location: authorize(url.searchParams) };
      case "/token":
        return token(request.headers.authorization, new URLSearchParams(await text(request)));
      default:
        return { status: 404 };
    }
  }

  function discovery(): Record<string, unknown> {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      code_challenge_methods_supported: ["S256"],
    };
  }

  function authorize(asked: URLSearchParams): string {
    const [code, redirectUri] = [randomUUID(), asked.get("redirect_uri")];
    codes.set(code, { person: provider.person, challenge: asked.get("code_challenge"), redirectUri });
    const back = new URL(redirectUri ?? issuer);
    back.searchParams.set("code", code);
    const state = asked.get("state");
    if (state !== null) {
      back.searchParams.set("state", state);
    }
    return back.href;
  }

  async function token(authorization: string | undefined, form: URLSearchParams) {
    const code = form.get("code") ?? "";
    const granted = codes.get(code);
    codes.delete(code);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (
      authorization !== BASIC ||
      granted?.challenge !== challenge ||
      granted.redirectUri !== form.get("redirect_uri")
    ) {
      return { status: 400, body: { error: "invalid_grant" } };
    }
    const { sub, ...claims } = granted.person;
    const idToken = await new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setIssuer(issuer)
      .setAudience(CLIENT.id)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
    const body = {
      access_token: randomUUID(),
      refresh_token: randomUUID(),
      id_token: idToken,
      token_type: "bearer",
      expires_in: 3_600,
      scope: "openid profile email",
      session_state: randomUUID(),
    };
    provider.given.push(body);
    return { body };
  }

  const provider: OpenIdProvider = {
    issuer,
    client: CLIENT,
    given: [],
    person: { sub: "", email: "", name: "", picture: "" },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return provider;
}
