import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { VerificationToken } from "@auth/core/adapters";
import { VerificationService } from "../gen/doorward/v1/verification_service_pb.js";
import {
  aMomentAhead,
  aVerificationToken,
  adapter,
  anAddress,
  doorward,
  eightTimes,
  refusal,
  until,
} from "./fixture.js";

test("a token is kept and given back as it was", async () => {
  const wanted = { identifier: `Ada <${anAddress()}>`, token: randomUUID(), expires: aMomentAhead() };

  assert.deepEqual(await adapter.createVerificationToken(wanted), wanted);
  assert.deepEqual(await adapter.useVerificationToken(wanted), wanted);
});

test("a token is good once", async () => {
  const token = await aVerificationToken();

  assert.ok(await adapter.useVerificationToken(token));
  assert.equal(await adapter.useVerificationToken(token), null);
});

test("of eight who use a token at the same time one is served", async () => {
  const token = await aVerificationToken();

  const { won, lost } = await eightTimes(() => adapter.useVerificationToken(token));

  assert.deepEqual(lost, []);
  assert.deepEqual(
    won.filter((used) => used !== null),
    [token],
  );
});

test("one who asks twice has two tokens, each good by itself", async () => {
  const identifier = anAddress();
  const [first, second] = [await aVerificationToken({ identifier }), await aVerificationToken({ identifier })];

  assert.deepEqual(await adapter.useVerificationToken(second), second);
  assert.deepEqual(await adapter.useVerificationToken(first), first);
});

test("a token is good for its identifier alone, and is not used up by another's", async () => {
  const { identifier, token, expires } = await aVerificationToken();

  assert.equal(await adapter.useVerificationToken({ identifier: anAddress(), token }), null);
  assert.equal(await adapter.useVerificationToken({ identifier: identifier.toUpperCase(), token }), null);
  assert.equal(await adapter.useVerificationToken({ identifier, token: token.toUpperCase() }), null);

  assert.deepEqual(await adapter.useVerificationToken({ identifier, token }), { identifier, token, expires });
});

test("the same token of two identifiers is two tokens", async () => {
  const first = await aVerificationToken();
  const second = await aVerificationToken({ token: first.token });

  assert.deepEqual(await adapter.useVerificationToken(first), first);
  assert.deepEqual(await adapter.useVerificationToken(second), second);
});

for (const name of ["", "nobody's", "x".repeat(10_000), "ä ö\u0000"]) {
  test(`no token is found by ${JSON.stringify(name.slice(0, 20))}, which is null and no error`, async () => {
    assert.equal(await adapter.useVerificationToken({ identifier: name, token: randomUUID() }), null);
    assert.equal(await adapter.useVerificationToken({ identifier: anAddress(), token: name }), null);
  });
}

test("a link that does not say whom it was sent to is good for nothing", async () => {
  const { token } = await aVerificationToken();

  assert.equal(await adapter.useVerificationToken({ token } as VerificationToken), null);
});

test("a token is good until its moment", async () => {
  const { identifier, token, expires } = await aVerificationToken({ expires: aMomentAhead(500) });
  const check = { identifier, token, purpose: "authjs" };

  await until(() =>
    doorward.call(VerificationService.method.checkVerification, check).then(
      () => false,
      () => true,
    ),
  );

  assert.ok(Date.now() >= expires.getTime());
  assert.equal(await adapter.useVerificationToken({ identifier, token }), null);
});

test("what another service gave out for another purpose is no token of Auth.js's", async () => {
  const wanted = { identifier: anAddress(), token: randomUUID() };
  await doorward.call(VerificationService.method.createVerification, { ...wanted, purpose: "invitation" });

  assert.equal(await adapter.useVerificationToken(wanted), null);
});

test("a token that there is already is refused", async () => {
  const token = await aVerificationToken();

  await assert.rejects(aVerificationToken(token), refusal("ID_TAKEN"));
});

test("a token that could be guessed is refused", async () => {
  await assert.rejects(aVerificationToken({ token: "123456" }), refusal("FIELD_INVALID", "token"));
});

test("a token that is to live for more than 30 days is refused", async () => {
  const expires = aMomentAhead(31 * 86_400_000);

  await assert.rejects(aVerificationToken({ expires }), refusal("FIELD_INVALID", "expires_at"));
});

test("who has a hundred tokens gets no other, and the neighbour does", async () => {
  const identifier = anAddress();
  for (let i = 0; i < 100; i++) {
    await aVerificationToken({ identifier });
  }

  await assert.rejects(aVerificationToken({ identifier }), refusal("TOO_MANY_VERIFICATIONS"));
  assert.ok(await aVerificationToken());
});
