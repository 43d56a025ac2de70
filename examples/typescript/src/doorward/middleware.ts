import type { IncomingMessage } from "node:http";
import type { RequestHandler, Response } from "express";
import { DoorwardError } from "./errors.js";
import type { Valid, Validator } from "./validator.js";

const SCHEME = "bearer ";

/** Who makes a request. */
export interface SignedIn extends Valid {
  token: string;
}

/** How to answer a request that has no good session. */
export interface Refusals {
  /** It brings none. */
  noToken(response: Response): void;
  /** Its token is no good. */
  noSession(response: Response): void;
  /** That can't be told now. */
  cannotTell(response: Response): void;
}

const everybody = new WeakMap<IncomingMessage, SignedIn>();

/** Whoever has come through the middleware. */
export function signedIn(request: IncomingMessage): SignedIn {
  const who = everybody.get(request);
  if (who === undefined) {
    throw new Error("this request has not come through the middleware");
  }
  return who;
}

/** Lets a request through only with the token of a good session. */
export function protect(validator: Validator, refusals: Refusals): RequestHandler {
  return async (request, response, next) => {
    const token = bearer(request.headersDistinct["authorization"]);
    if (token === undefined) {
      refusals.noToken(response);
      return;
    }
    let valid: Valid | undefined;
    try {
      valid = await validator.validate(token);
    } catch (error) {
      if (!(error instanceof DoorwardError)) {
        throw error;
      }
      refusals.cannotTell(response);
      return;
    }
    if (valid === undefined) {
      refusals.noSession(response);
      return;
    }
    everybody.set(request, { ...valid, token });
    next();
  };
}

/** Reads the token (RFC 6750, 2.1). The scheme is not case-sensitive (RFC 9110, 11.1). */
export function bearer(headers: readonly string[] | undefined): string | undefined {
  const [header, ...more] = headers ?? [];
  if (header === undefined || more.length > 0 || header.slice(0, SCHEME.length).toLowerCase() !== SCHEME) {
    return undefined;
  }
  const token = header.slice(SCHEME.length).trim();
  return token === "" ? undefined : token;
}
