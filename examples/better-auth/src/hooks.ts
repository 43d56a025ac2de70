import type { BetterAuthOptions } from "better-auth";
import { APIError } from "better-auth/api";

/** How long Better Auth lets a session live that is not to be remembered. */
const SHORT_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** What Doorward keeps and Better Auth would not: which way in, whether to remember, since when verified, who is disabled. */
export const hooks: NonNullable<BetterAuthOptions["databaseHooks"]> = {
  user: {
    create: { before: (user) => Promise.resolve({ data: verifiedAt(user) }) },
    update: { before: (user) => Promise.resolve({ data: verifiedAt(user) }) },
  },
  account: {
    create: {
      before: (account) => Promise.resolve({ data: { type: account.providerId === "credential" ? "email" : "oauth" } }),
    },
  },
  session: {
    create: {
      before: async (session, context) => {
        const user: (object & Disablable) | null | undefined = await context?.context.internalAdapter.findUserById(
          session.userId,
        );
        if (!user || isDisabled(user)) {
          throw APIError.from("FORBIDDEN", { code: "USER_DISABLED", message: "This user is disabled" });
        }
        return {
          data: {
            remember: session.expiresAt.getTime() - Date.now() > SHORT_LIFETIME_MS,
            // Better Auth says "" of what it does not know.
            ipAddress: session.ipAddress || null,
            userAgent: session.userAgent || null,
          },
        };
      },
    },
    update: {
      before: (changes, context) => {
        const session: { remember?: boolean; expiresAt: Date } | undefined = context?.context.session?.session;
        // By use alone: Better Auth knows by a cookie of its own what is not to be remembered, which a session that Doorward opened hasn't.
        const keepsItsEnd = changes.expiresAt !== undefined && session?.remember === false;
        return Promise.resolve({ data: keepsItsEnd ? { expiresAt: session.expiresAt } : {} });
      },
    },
  },
};

interface Disablable {
  disabledAt?: Date | null;
  disabledUntil?: Date | null;
}

function isDisabled({ disabledAt, disabledUntil }: Disablable): boolean {
  return !!disabledAt && !(disabledUntil && disabledUntil <= new Date());
}

function verifiedAt({ emailVerified }: { emailVerified?: boolean }): { emailVerifiedAt?: Date | null } {
  return emailVerified === undefined ? {} : { emailVerifiedAt: emailVerified ? new Date() : null };
}
