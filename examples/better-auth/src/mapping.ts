import type { BetterAuthOptions } from "better-auth";

const SEVEN_DAYS = 7 * 24 * 60 * 60;
const ONE_DAY = 24 * 60 * 60;

/** Better Auth's tables by the names and with the columns that Doorward's migrations gave them. */
export const mapping = {
  user: {
    additionalFields: {
      emailVerifiedAt: { type: "date", required: false, input: false },
      disabledAt: { type: "date", required: false, input: false, returned: false },
      disabledUntil: { type: "date", required: false, input: false, returned: false },
    },
  },
  session: {
    fields: { expiresAt: "expires", token: "sessionToken" },
    additionalFields: {
      remember: { type: "boolean", required: false, input: false },
    },
    // Doorward's session.lifetime and session.update-age: both sides prolong the same session by the same rule.
    expiresIn: SEVEN_DAYS,
    updateAge: ONE_DAY,
  },
  account: {
    fields: { accountId: "providerAccountId", providerId: "provider" },
    additionalFields: {
      type: { type: "string", required: false, input: false },
    },
    // Doorward reads what is there (account.tokens-at-rest=plain).
    encryptOAuthTokens: false,
  },
} as const satisfies BetterAuthOptions;
