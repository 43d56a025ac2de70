import { readFileSync } from "node:fs";
import { Code, ConnectError, type Interceptor, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { AccountService } from "../../gen/doorward/v1/account_service_pb.js";
import { PasswordService } from "../../gen/doorward/v1/password_service_pb.js";
import { type Session, Consistency, SessionService } from "../../gen/doorward/v1/session_service_pb.js";
import type { User } from "../../gen/doorward/v1/user_pb.js";
import { UserService } from "../../gen/doorward/v1/user_service_pb.js";
import { VerificationService } from "../../gen/doorward/v1/verification_service_pb.js";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.js";
import { required } from "./required.js";

const key = readFileSync(required(process.env.DOORWARD_KEY_FILE), "utf8").trim();

const withKey: Interceptor = (next) => (call) => {
  call.header.set("authorization", `Bearer ${key}`);
  return next(call);
};

const transport = createGrpcTransport({
  baseUrl: `http://${required(process.env.DOORWARD_TARGET)}`,
  defaultTimeoutMs: 20_000,
  interceptors: [withKey],
});

/** The services of the Doorward that runs beside the tests. */
export const doorward = {
  users: createClient(UserService, transport),
  sessions: createClient(SessionService, transport),
  accounts: createClient(AccountService, transport),
  passwords: createClient(PasswordService, transport),
  verifications: createClient(VerificationService, transport),
};

/** Whose a token is, by the database of this moment. */
export async function validated(token: string): Promise<{ user: User; session: Session }> {
  const { user, session } = await doorward.sessions.validateSession({
    sessionToken: token,
    consistency: Consistency.FRESH,
  });
  return { user: required(user), session: required(session) };
}

/** Why a call is refused, as STATUS REASON; "" if it is not. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "";
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    return [Code[error.code], ...error.findDetails(ErrorInfoSchema).map((info) => info.reason)].join(" ");
  }
}
