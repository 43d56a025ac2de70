import { randomUUID } from "node:crypto";
import type { Adapter, VerificationToken } from "@auth/core/adapters";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Verification, VerificationService } from "../gen/doorward/v1/verification_service_pb.js";
import type { DoorwardClient } from "./client.js";
import { find } from "./find.js";
import { filled } from "./messages.js";

const { createVerification, consumeVerification } = VerificationService.method;

/** What keeps Auth.js's tokens apart from those of other services. */
const PURPOSE = "authjs";

/** Verification tokens, as Auth.js knows them. */
export function verificationTokens(doorward: DoorwardClient) {
  return {
    createVerificationToken: async ({ identifier, token, expires }) => {
      const wanted = { identifier, token, expiresAt: timestampFromDate(expires), purpose: PURPOSE };
      const { verification } = await doorward.call(createVerification, { ...wanted, requestId: randomUUID() });
      return toVerificationToken(verification, token);
    },

    useVerificationToken: ({ identifier, token }) =>
      find("VERIFICATION_NOT_FOUND", [identifier, token], async () => {
        const presented = { identifier, token, purpose: PURPOSE };
        return toVerificationToken((await doorward.call(consumeVerification, presented)).verification, token);
      }),
  } satisfies Adapter;
}

/** Doorward itself knows the token's SHA-256 alone. */
function toVerificationToken(message: Verification | undefined, token: string): VerificationToken {
  const verification = filled("verification", message);
  const expires = timestampDate(filled("verification.expires_at", verification.expiresAt));
  return { identifier: verification.identifier, token, expires };
}
