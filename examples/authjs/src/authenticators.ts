import { randomUUID } from "node:crypto";
import type { Adapter, AdapterAuthenticator } from "@auth/core/adapters";
import { type Account, AccountService } from "../gen/doorward/v1/account_service_pb.js";
import type { DoorwardClient } from "./client.js";
import { find } from "./find.js";
import { filled } from "./messages.js";

const { linkAccount, getAccount, listAccounts, updateAccount } = AccountService.method;

/** The provider of the accounts that stand for authenticators. */
export const AUTHENTICATOR = "authenticator";

/** Their type, and that of the accounts by which Auth.js itself knows passkeys. */
export const PASSKEY = "webauthn";

const PAGE_SIZE = 1_000;

/** What never changes about an authenticator, beside its id and its user. */
type Details = Pick<
  AdapterAuthenticator,
  "providerAccountId" | "credentialPublicKey" | "credentialDeviceType" | "credentialBackedUp" | "transports"
>;

/**
 * Authenticators, as Auth.js knows them. Each is an account of its own: `provider_account_id` is the credential's id,
 * `scope` holds the details as JSON, `session_state` the counter, so that a counter changes by one statement on one row.
 */
export function authenticators(doorward: DoorwardClient) {
  const read = async (credentialID: string): Promise<Account> => {
    const value = { provider: AUTHENTICATOR, providerAccountId: credentialID };
    return filled("account", (await doorward.call(getAccount, { key: { case: "providerAccount", value } })).account);
  };

  const list = async (userId: string): Promise<AdapterAuthenticator[]> => {
    const found: AdapterAuthenticator[] = [];
    let pageToken = "";
    do {
      const page = await doorward.call(listAccounts, { userId, pageSize: PAGE_SIZE, pageToken });
      found.push(...page.accounts.filter(({ provider }) => provider === AUTHENTICATOR).map(toAuthenticator));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return found;
  };

  return {
    createAuthenticator: async (authenticator) => {
      const account = {
        userId: authenticator.userId,
        type: PASSKEY,
        provider: AUTHENTICATOR,
        providerAccountId: authenticator.credentialID,
        scope: JSON.stringify(detailsOf(authenticator)),
        sessionState: String(authenticator.counter),
      };
      const linked = await doorward.call(linkAccount, { account, requestId: randomUUID() });
      return toAuthenticator(filled("account", linked.account));
    },

    getAuthenticator: (credentialID) =>
      find("ACCOUNT_NOT_FOUND", [credentialID], async () => toAuthenticator(await read(credentialID))),

    listAuthenticatorsByUserId: async (userId) => (await find("USER_NOT_FOUND", [userId], () => list(userId))) ?? [],

    updateAuthenticatorCounter: async (credentialID, newCounter) => {
      const { id } = await read(credentialID);
      const account = { id, sessionState: String(newCounter) };
      const updateMask = { paths: ["session_state"] };
      const updated = await doorward.call(updateAccount, { account, updateMask });
      return toAuthenticator(filled("account", updated.account));
    },
  } satisfies Adapter;
}

function detailsOf(authenticator: AdapterAuthenticator): Details {
  const { providerAccountId, credentialPublicKey, credentialDeviceType, credentialBackedUp } = authenticator;
  const transports = authenticator.transports ?? null;
  return { providerAccountId, credentialPublicKey, credentialDeviceType, credentialBackedUp, transports };
}

function toAuthenticator(account: Account): AdapterAuthenticator {
  const details = JSON.parse(filled("account.scope", account.scope)) as Details;
  const counter = Number(filled("account.session_state", account.sessionState));
  return { userId: account.userId, credentialID: account.providerAccountId, counter, ...details };
}
