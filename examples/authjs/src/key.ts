import { readFileSync } from "node:fs";
import { status } from "@grpc/grpc-js";
import { DoorwardError } from "./errors.js";

const KEY_IS_FRESH_MS = 1_000;

/** The caller's key: itself, or a file that holds it and may be replaced at any time. */
export type KeySource =
  { readonly key: string; readonly keyFile?: never } | { readonly key?: never; readonly keyFile: string };

/** What tells the key at each call. A file is read anew when a second has passed. */
export function keyReader({ key, keyFile }: KeySource): () => string {
  if (keyFile === undefined) {
    const known = key.trim();
    return () => known;
  }
  let known = "";
  let readAt = -Infinity;
  return () => {
    const now = performance.now();
    if (now - readAt >= KEY_IS_FRESH_MS) {
      known = read(keyFile);
      readAt = now;
    }
    return known;
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, "ascii").trim();
  } catch (error) {
    throw new DoorwardError(status.UNAVAILABLE, "the key can't be read", undefined, [], { cause: error });
  }
}
