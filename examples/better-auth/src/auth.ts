import { type BetterAuthOptions, betterAuth } from "better-auth";
import type { Pool } from "mysql2/promise";
import { hooks } from "./hooks.js";
import { mapping } from "./mapping.js";
import { hash, verify } from "./passwords.js";

/** What differs from team to team. */
export interface Settings {
  database: Pool;
  baseURL: string;
  /** Signs the cookies. Doorward has the same one, in the file that session.better-auth-secret-file names. */
  secret: string;
  mail: (message: { to: string; kind: "reset" | "verify"; token: string; url: string }) => Promise<void>;
  plugins?: NonNullable<BetterAuthOptions["plugins"]>;
  logger?: NonNullable<BetterAuthOptions["logger"]>;
}

/** Better Auth on a database whose schema is Doorward's. */
export function createAuth({ database, baseURL, secret, mail, plugins = [], logger = {} }: Settings) {
  return betterAuth({
    ...mapping,
    database,
    baseURL,
    secret,
    plugins,
    logger,
    databaseHooks: hooks,
    emailAndPassword: {
      enabled: true,
      password: { hash, verify },
      minPasswordLength: 8,
      maxPasswordLength: 128,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, token, url }) => mail({ to: user.email, kind: "reset", token, url }),
    },
    emailVerification: {
      sendVerificationEmail: ({ user, token, url }) => mail({ to: user.email, kind: "verify", token, url }),
    },
    user: { ...mapping.user, deleteUser: { enabled: true } },
    // It would go on answering for a session that Doorward has revoked.
    session: { ...mapping.session, cookieCache: { enabled: false } },
  });
}
