import type { Adapter } from "@auth/core/adapters";
import { accounts } from "./accounts.js";
import { authenticators } from "./authenticators.js";
import { DoorwardClient, type DoorwardOptions } from "./client.js";
import { sessions } from "./sessions.js";
import { users } from "./users.js";
import { verificationTokens } from "./verification-tokens.js";

/**
 * Auth.js's users, accounts, sessions, verification tokens and authenticators, kept by Doorward. One adapter is enough
 * for a process: it holds a connection, until it is closed.
 *
 * A method fails with a DoorwardError.
 */
export function DoorwardAdapter(options: DoorwardOptions) {
  const doorward = new DoorwardClient(options);
  return {
    ...users(doorward),
    ...accounts(doorward),
    ...sessions(doorward),
    ...verificationTokens(doorward),
    ...authenticators(doorward),
    /** Ends what is in flight. */
    close: (): void => {
      doorward.close();
    },
  } satisfies Required<Adapter> & { close: () => void };
}
