import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

const USER_IS_THERE = 0x01;
const USER_IS_VERIFIED = 0x04;
const MAY_BE_BACKED_UP = 0x08;
const IS_BACKED_UP = 0x10;
const HAS_CREDENTIAL = 0x40;
const FLAGS = USER_IS_THERE | USER_IS_VERIFIED | MAY_BE_BACKED_UP | IS_BACKED_UP;

/** What a site asks of a device. */
export interface Ceremony {
  readonly challenge: string;
  readonly rpId: string;
  readonly origin: string;
}

/** A device that keeps one passkey (ES256), and does what WebAuthn asks of it without a person. */
export class PasskeyDevice {
  readonly #id = randomBytes(32);
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  #counter = 0;

  /** As Auth.js writes it. */
  get credentialID(): string {
    return this.#id.toString("base64");
  }

  get counter(): number {
    return this.#counter;
  }

  /** What a browser's `navigator.credentials.create` would give, as JSON. */
  register({ challenge, rpId, origin }: Ceremony): string {
    const credential = Buffer.concat([Buffer.alloc(16), uint(2, this.#id.length), this.#id, this.#publicKey()]);
    const authData = Buffer.concat([this.#authenticatorData(rpId, FLAGS | HAS_CREDENTIAL), credential]);
    return this.#answer({
      clientDataJSON: clientData("webauthn.create", challenge, origin),
      attestationObject: attestation(authData),
      transports: ["internal", "hybrid"],
    });
  }

  /** What a browser's `navigator.credentials.get` would give, as JSON. */
  authenticate({ challenge, rpId, origin }: Ceremony): string {
    this.#counter++;
    const authenticatorData = this.#authenticatorData(rpId, FLAGS);
    const clientDataJSON = clientData("webauthn.get", challenge, origin);
    const signature = sign("sha256", Buffer.concat([authenticatorData, sha256(clientDataJSON)]), this.#keys.privateKey);
    return this.#answer({ clientDataJSON, authenticatorData, signature });
  }

  #answer(parts: Record<string, Buffer | string[]>): string {
    const id = this.#id.toString("base64url");
    const response = Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, Buffer.isBuffer(part) ? part.toString("base64url") : part]),
    );
    return JSON.stringify({ id, rawId: id, type: "public-key", clientExtensionResults: {}, response });
  }

  #authenticatorData(rpId: string, flags: number): Buffer {
    return Buffer.concat([sha256(Buffer.from(rpId)), uint(1, flags), uint(4, this.#counter)]);
  }

  /** In COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}. */
  #publicKey(): Buffer {
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" });
    const [before, between] = [Buffer.from("a5010203262001215820", "hex"), Buffer.from("225820", "hex")];
    return Buffer.concat([before, Buffer.from(x, "base64url"), between, Buffer.from(y, "base64url")]);
  }
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin }));
}

/** In CBOR: {"fmt": "none", "attStmt": {}, "authData": bytes}. */
function attestation(authData: Buffer): Buffer {
  const head = Buffer.from("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", "latin1");
  return Buffer.concat([head, uint(1, authData.length), authData]);
}

function uint(bytes: number, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
