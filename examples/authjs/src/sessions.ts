import { randomUUID } from "node:crypto";
import type { Adapter, AdapterSession, AdapterUser } from "@auth/core/adapters";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Consistency, type Session, SessionService } from "../gen/doorward/v1/session_service_pb.js";
import type { DoorwardClient } from "./client.js";
import { find } from "./find.js";
import { filled } from "./messages.js";
import { toUser } from "./users.js";

const { createSession, validateSession, updateSession, revokeSession } = SessionService.method;

/** Sessions, as Auth.js knows them: under its own tokens, until its own moments. */
export function sessions(doorward: DoorwardClient) {
  const read = (sessionToken: string): Promise<{ session: AdapterSession; user: AdapterUser } | null> =>
    find("SESSION_NOT_FOUND", [sessionToken], async () => {
      // Auth.js reads what it has just written, maybe by way of another server.
      const valid = await doorward.call(validateSession, { sessionToken, consistency: Consistency.FRESH });
      return { session: toSession(valid.session, sessionToken), user: toUser(valid.user) };
    });

  return {
    createSession: async ({ sessionToken, userId, expires }) => {
      const request = { sessionToken, userId, expires: timestampFromDate(expires), requestId: randomUUID() };
      return toSession((await doorward.call(createSession, request)).session, sessionToken);
    },

    getSessionAndUser: read,

    updateSession: async ({ sessionToken, expires }) => {
      if (expires === undefined) {
        return (await read(sessionToken))?.session ?? null;
      }
      return find("SESSION_NOT_FOUND", [sessionToken], async () => {
        const key = { case: "sessionToken" as const, value: sessionToken };
        const session = { expires: timestampFromDate(expires) };
        const updateMask = { paths: ["expires"] };
        return toSession((await doorward.call(updateSession, { key, session, updateMask })).session, sessionToken);
      });
    },

    deleteSession: async (sessionToken) => {
      const found = await read(sessionToken);
      if (found === null) {
        return null;
      }
      const key = { case: "sessionToken" as const, value: sessionToken };
      await doorward.call(revokeSession, { key, allowMissing: true });
      return found.session;
    },
  } satisfies Adapter;
}

/** Doorward itself knows the token's SHA-256 alone. */
function toSession(message: Session | undefined, sessionToken: string): AdapterSession {
  const session = filled("session", message);
  return { sessionToken, userId: session.userId, expires: timestampDate(filled("session.expires", session.expires)) };
}
