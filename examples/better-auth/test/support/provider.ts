import { type Server, createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { genericOAuth } from "better-auth/plugins";

/** Whom the provider authenticates. */
export interface Profile {
  id: string;
  email: string;
  email_verified: boolean;
  name: string;
}

/** An OAuth provider on this machine, at which everybody is signed in already: the code is the account's id. */
export class Provider {
  static readonly ID = "local";

  readonly #profiles = new Map<string, Profile>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Provider> {
    const server = createServer();
    const provider = new Provider(server);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const code = new URLSearchParams(Buffer.concat(chunks).toString()).get("code") ?? "";
        const id = request.headers.authorization?.replace("Bearer token-of-", "") ?? "";
        const answer =
          request.url === "/token"
            ? { access_token: `token-of-${code}`, token_type: "bearer", expires_in: 3600, scope: "profile" }
            : provider.#profiles.get(id);
        response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return provider;
  }

  /** What makes Better Auth know it. */
  get plugin() {
    const { port } = this.server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${String(port)}`;
    return genericOAuth({
      config: [
        {
          providerId: Provider.ID,
          clientId: "client",
          clientSecret: "secret",
          authorizationUrl: `${origin}/authorize`,
          tokenUrl: `${origin}/token`,
          userInfoUrl: `${origin}/userinfo`,
        },
      ],
    });
  }

  knows(profile: Profile): void {
    this.#profiles.set(profile.id, profile);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
