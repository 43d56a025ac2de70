import { randomUUID } from "node:crypto";
import type { Adapter, AdapterAccount } from "@auth/core/adapters";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type Account,
  AccountService,
  type AccountSchema,
  AccountView,
} from "../gen/doorward/v1/account_service_pb.js";
import { UserService } from "../gen/doorward/v1/user_service_pb.js";
import { AUTHENTICATOR, PASSKEY } from "./authenticators.js";
import type { DoorwardClient } from "./client.js";
import { find } from "./find.js";
import { filled, given } from "./messages.js";
import { toUser } from "./users.js";

const { linkAccount, getAccount, unlinkAccount } = AccountService.method;

/** Accounts, as Auth.js knows them: all but those that stand for authenticators. */
export function accounts(doorward: DoorwardClient) {
  const read = async (provider: string, providerAccountId: string, view: AccountView): Promise<Account | null> =>
    find("ACCOUNT_NOT_FOUND", [provider, providerAccountId], async () => {
      const key = { case: "providerAccount" as const, value: { provider, providerAccountId } };
      return filled("account", (await doorward.call(getAccount, { key, view })).account);
    });

  const readVisible: typeof read = async (provider, ...rest) =>
    provider === AUTHENTICATOR ? null : read(provider, ...rest);

  const unlink = async (account: Account): Promise<boolean> => {
    const request = { accountId: account.id, force: true };
    return (await find("ACCOUNT_NOT_FOUND", [account.id], () => doorward.call(unlinkAccount, request))) !== null;
  };

  /** Or the passkey could not be registered again. */
  const unlinkAuthenticatorOf = async ({ userId, providerAccountId }: Account): Promise<void> => {
    const authenticator = await read(AUTHENTICATOR, providerAccountId, AccountView.BASIC);
    if (authenticator?.userId === userId) {
      await unlink(authenticator);
    }
  };

  return {
    getUserByAccount: async ({ provider, providerAccountId }) => {
      const account = await readVisible(provider, providerAccountId, AccountView.BASIC);
      if (account === null) {
        return null;
      }
      const key = { case: "userId" as const, value: account.userId };
      return find("USER_NOT_FOUND", [account.userId], async () =>
        toUser((await doorward.call(UserService.method.getUser, { key })).user),
      );
    },

    linkAccount: async (account) => {
      if (account.provider === AUTHENTICATOR) {
        throw new TypeError(`provider: ${AUTHENTICATOR} (expected: another one; authenticators are kept under it)`);
      }
      await doorward.call(linkAccount, { account: toMessage(account), requestId: randomUUID() });
      return account;
    },

    unlinkAccount: async ({ provider, providerAccountId }) => {
      const account = await readVisible(provider, providerAccountId, AccountView.BASIC);
      if (account === null) {
        return undefined;
      }
      if (account.type === PASSKEY) {
        await unlinkAuthenticatorOf(account);
      }
      return (await unlink(account)) ? toAccount(account) : undefined;
    },

    getAccount: async (providerAccountId, provider) => {
      const account = await readVisible(provider, providerAccountId, AccountView.FULL);
      return account && toAccount(account);
    },
  } satisfies Adapter;
}

function toMessage(account: AdapterAccount): MessageInitShape<typeof AccountSchema> {
  const { userId, type, provider, providerAccountId, expires_at: expiresAt, session_state: sessionState } = account;
  return given({
    userId,
    type,
    provider,
    providerAccountId,
    accessToken: account.access_token,
    refreshToken: account.refresh_token,
    idToken: account.id_token,
    accessTokenExpiresAt: typeof expiresAt === "number" ? timestampFromMs(expiresAt * 1000) : undefined,
    tokenType: account.token_type,
    scope: account.scope,
    sessionState: typeof sessionState === "string" ? sessionState : undefined,
  });
}

function toAccount(account: Account): AdapterAccount {
  const expiresAt = account.accessTokenExpiresAt;
  return {
    userId: account.userId,
    type: account.type as AdapterAccount["type"],
    provider: account.provider,
    providerAccountId: account.providerAccountId,
    ...given({
      access_token: account.accessToken,
      refresh_token: account.refreshToken,
      id_token: account.idToken,
      expires_at: expiresAt && Number(expiresAt.seconds),
      token_type: account.tokenType as Lowercase<string> | undefined,
      scope: account.scope,
      session_state: account.sessionState,
    }),
  };
}
