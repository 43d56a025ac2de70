import * as argon2 from "@node-rs/argon2";
import { verifyPassword as verifyScrypt } from "better-auth/crypto";

/** Doorward's defaults. With other `password.*` settings there, these follow, or each side renews the other's hashes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Argon2id in PHC form, of the password in Unicode's form NFKC: what Doorward keeps. */
export function hash(password: string): Promise<string> {
  return argon2.hash(password.normalize("NFKC"), COST);
}

/** Takes Doorward's hashes, and Better Auth's own, of users from before. */
export function verify({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  return hash.startsWith("$argon2")
    ? argon2.verify(hash, password.normalize("NFKC"))
    : verifyScrypt({ hash, password });
}
