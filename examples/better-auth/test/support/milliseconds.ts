import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { required } from "./required.js";

/** A time of Doorward's, which has microseconds, as Better Auth says it, which leaves them out. */
export function toMillisecond(time: Timestamp | undefined): string {
  const { seconds, nanos } = required(time);
  return new Date(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000)).toISOString();
}
