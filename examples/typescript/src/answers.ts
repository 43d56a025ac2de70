import type { Response } from "express";
import { DoorwardError, type Refusals } from "./doorward/index.js";

const STATUSES: Record<string, number> = {
  FIELD_INVALID: 400,
  INVALID_CREDENTIALS: 401,
  USER_DISABLED: 403,
  PASSWORD_RESET_REQUIRED: 403,
  EMAIL_TAKEN: 409,
  TOO_MANY_ATTEMPTS: 429,
  RATE_LIMITED: 429,
  OVERLOADED: 429,
  HASHING_OVERLOADED: 429,
};

/** A request that is not what was asked for. */
export class BodyError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** Answers that a request can't be answered as it was meant. */
export function problem(response: Response, status: number, reason: string, message: string, more: object = {}): void {
  response.status(status).json({ reason, message, ...more });
}

/** Answers requests that have no good session (RFC 6750, 3). */
export const refusals: Refusals = {
  noToken(response) {
    response.set("WWW-Authenticate", "Bearer");
    problem(response, 401, "TOKEN_MISSING", "Authorization: Bearer TOKEN is missing");
  },
  noSession(response) {
    response.set("WWW-Authenticate", 'Bearer error="invalid_token"');
    problem(response, 401, "SESSION_NOT_FOUND", "there is no such session");
  },
  cannotTell(response) {
    response.set("Retry-After", "1");
    problem(response, 503, "UNAVAILABLE", "this can't be told or done just now");
  },
};

/** Answers a request whose call to Doorward has failed. */
export function refused(response: Response, error: DoorwardError): void {
  if (error.isUnavailable) {
    refusals.cannotTell(response);
    return;
  }
  if (error.reason === "SESSION_NOT_FOUND") {
    refusals.noSession(response);
    return;
  }
  const status = STATUSES[error.reason ?? ""] ?? 502;
  if (status === 429) {
    response.set("Retry-After", String(Math.max(1, Math.ceil(error.retryAfter ?? 0))));
  }
  problem(
    response,
    status,
    error.reason ?? "UNEXPECTED",
    error.reason === undefined ? "Doorward can't be understood" : error.message,
    error.fields.length > 0 ? { fields: error.fields } : {},
  );
}
