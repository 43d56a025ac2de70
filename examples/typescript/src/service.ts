import { randomUUID } from "node:crypto";
import { ConnectError } from "@connectrpc/connect";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { User } from "../gen/doorward/v1/user_pb.js";
import { BodyError, problem, refused, refusals } from "./answers.js";
import { type DoorwardClient, DoorwardError, protect, signedIn } from "./doorward/index.js";

const MAX_BODY_BYTES = 64 * 1024;
const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/** The service's endpoints. */
export function service(doorward: DoorwardClient): Express {
  const app = express();
  app.disable("x-powered-by");
  const content = express.raw({ limit: MAX_BODY_BYTES, type: () => true });
  const session = protect(doorward.validator, refusals);

  app.get("/healthz", (_, response) => {
    response.status(204).end();
  });

  app.get("/cache", (_, response) => {
    const { cache } = doorward.validator;
    response.json({ hits: cache.hits, misses: cache.misses, entries: cache.size, believed: cache.believed });
  });

  app.post("/sign-up", content, async (request, response) => {
    const body = jsonObject(request);
    const name = optionalText(body, "name");
    const answer = await doorward.passwords.signUp({
      email: text(body, "email"),
      password: text(body, "password"),
      ...(name === undefined ? {} : { name }),
      clientContext: clientContext(request),
      requestId: randomUUID(),
    });
    response.status(201).json({ token: answer.session?.sessionToken, user: told(answer.user) });
  });

  app.post("/sign-in", content, async (request, response) => {
    const body = jsonObject(request);
    const answer = await doorward.passwords.signIn({
      email: text(body, "email"),
      password: text(body, "password"),
      clientContext: clientContext(request),
      requestId: randomUUID(),
    });
    response.json({ token: answer.session?.sessionToken, user: told(answer.user) });
  });

  app.get("/me", session, (request, response) => {
    response.json({ user: told(signedIn(request).user) });
  });

  app.post("/sign-out", session, async (request, response) => {
    await doorward.sessions.revokeSession({
      key: { case: "sessionToken", value: signedIn(request).token },
      allowMissing: true,
    });
    response.status(204).end();
  });

  app.use(failed);
  return app;
}

// Express knows it for what it is by its four parameters.
// eslint-disable-next-line @typescript-eslint/no-unused-vars
function failed(thrown: unknown, _: Request, response: Response, next: NextFunction): void {
  if (thrown instanceof ConnectError || thrown instanceof DoorwardError) {
    refused(response, DoorwardError.of(thrown));
  } else if (thrown instanceof BodyError) {
    problem(response, thrown.status, thrown.reason, thrown.message);
  } else if (isHttpError(thrown) && thrown.status === 413) {
    problem(response, 413, "BODY_TOO_LARGE", "expected: at most 64 KiB");
  } else if (isHttpError(thrown) && thrown.status < 500) {
    problem(response, 400, "BODY_INVALID", "the body can't be read");
  } else {
    problem(response, 500, "UNEXPECTED", "a fault of the service's own");
  }
}

/** As Express throws one when it can't read a body. */
function isHttpError(thrown: unknown): thrown is { status: number } {
  return thrown instanceof Error && "status" in thrown && typeof thrown.status === "number";
}

function jsonObject(request: Request): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(UTF_8.decode(request.body as Buffer | undefined));
    if (typeof body === "object" && body !== null && !Array.isArray(body)) {
      return body as Record<string, unknown>;
    }
  } catch {
    // As if there were none.
  }
  throw new BodyError(400, "BODY_INVALID", "expected: a JSON object");
}

/** Empty if there is none, for Doorward says best what is wrong with that. */
function text(body: Record<string, unknown>, name: string): string {
  return optionalText(body, name) ?? "";
}

function optionalText(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name] ?? undefined;
  // Half a surrogate pair is no text, and would arrive as another one.
  if (value !== undefined && (typeof value !== "string" || !value.isWellFormed())) {
    throw new BodyError(400, "BODY_INVALID", `${name} (expected: a text)`);
  }
  return value;
}

/** Who asks, so that Doorward can slow guessing down. Behind a proxy, it is the proxy that tells the address. */
function clientContext(request: Request): { ipAddress: string; userAgent: string } {
  return { ipAddress: request.socket.remoteAddress ?? "", userAgent: request.get("user-agent") ?? "" };
}

/** What the service tells of a user. */
function told(user: User | undefined): object | null {
  return user === undefined
    ? null
    : { id: user.id, email: user.email, emailVerified: user.emailVerified ?? false, name: user.name ?? null };
}
