import type { ErrorReason } from "../gen/doorward/v1/error_reason_pb.js";
import { DoorwardError } from "./errors.js";

/** Why Doorward refuses a call. */
type Reason = keyof typeof ErrorReason;

/** What a call finds; null if Doorward says that it is not there, or if no name was given to find it by. */
export async function find<T>(reason: Reason, names: readonly string[], read: () => Promise<T>): Promise<T | null> {
  if (!names.every((name) => name)) {
    return null;
  }
  try {
    return await read();
  } catch (error) {
    if (error instanceof DoorwardError && error.reason === reason) {
      return null;
    }
    throw error;
  }
}
