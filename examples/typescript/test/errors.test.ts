import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Response } from "express";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../gen/google/rpc/error_details_pb.js";
import { refused } from "../src/answers.js";
import { DoorwardError, isLoopback } from "../src/doorward/index.js";
import { bearer } from "../src/doorward/middleware.js";

test("a refusal has all that Doorward says", () => {
  const error = DoorwardError.of(
    new ConnectError("why", Code.InvalidArgument, undefined, [
      { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason: "FIELD_INVALID", domain: "doorward.dev" }) },
      { desc: BadRequestSchema, value: { fieldViolations: [{ field: "email" }, { field: "password" }] } },
      { desc: RetryInfoSchema, value: { retryDelay: { seconds: 2n, nanos: 500_000_000 } } },
    ]),
  );

  assert.equal(error.reason, "FIELD_INVALID");
  assert.deepEqual(error.fields, ["email", "password"]);
  assert.equal(error.retryAfter, 2.5);
  assert.equal(error.isUnavailable, false);
});

test("the reason of another service is not Doorward's", () => {
  const info = { desc: ErrorInfoSchema, value: { reason: "USER_NOT_FOUND", domain: "example.com" } };

  assert.equal(DoorwardError.of(new ConnectError("why", Code.NotFound, undefined, [info])).reason, undefined);
});

for (const [code, reason, retryAfter, status, wait] of [
  [Code.InvalidArgument, "INVALID_CREDENTIALS", undefined, 401, undefined],
  [Code.NotFound, "SESSION_NOT_FOUND", undefined, 401, undefined],
  [Code.FailedPrecondition, "USER_DISABLED", undefined, 403, undefined],
  [Code.AlreadyExists, "EMAIL_TAKEN", undefined, 409, undefined],
  [Code.ResourceExhausted, "TOO_MANY_ATTEMPTS", 2.1, 429, "3"],
  [Code.ResourceExhausted, "OVERLOADED", undefined, 429, "1"],
  [Code.Unavailable, "DATABASE_UNAVAILABLE", undefined, 503, "1"],
  [Code.DeadlineExceeded, undefined, undefined, 503, "1"],
  [Code.PermissionDenied, "ROLE_REQUIRED", undefined, 502, undefined],
  [Code.Unknown, undefined, undefined, 502, undefined],
] as const) {
  test(`${Code[code]} for ${reason ?? "no reason"} is ${status}`, () => {
    const answer: { status?: number; headers: Record<string, string> } = { headers: {} };
    const response = {
      status: (given: number) => {
        answer.status = given;
        return response;
      },
      set: (name: string, value: string) => {
        answer.headers[name] = value;
        return response;
      },
      json: () => response,
    } as unknown as Response;

    refused(response, new DoorwardError(code, "why", reason, [], retryAfter));

    assert.equal(answer.status, status);
    assert.equal(answer.headers["Retry-After"], wait);
  });
}

test("a token is read from one header", () => {
  for (const header of ["Bearer token", "bearer token", "BEARER  token "]) {
    assert.equal(bearer([header]), "token", header);
  }
  for (const header of ["", "Bearer", "Bearer ", "Bearertoken", "Basic token"]) {
    assert.equal(bearer([header]), undefined, header);
  }
  assert.equal(bearer(undefined), undefined);
  assert.equal(bearer(["Bearer one", "Bearer two"]), undefined);
});

test("which targets are this machine", () => {
  for (const target of ["localhost:50051", "127.0.0.1:1", "127.8.9.10:50051", "[::1]:50051"]) {
    assert.ok(isLoopback(target), target);
  }
  for (const target of [
    "doorward:50051",
    "localhost",
    "localhost.example.com:1",
    "127.0.0.1.example.com:1",
    "10.0.0.1:1",
  ]) {
    assert.ok(!isLoopback(target), target);
  }
});
