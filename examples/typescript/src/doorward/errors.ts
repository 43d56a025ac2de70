import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.js";

const DOMAIN = "doorward.dev";

/** A call that has failed, with all that is said about it. */
export class DoorwardError extends Error {
  override readonly name = "DoorwardError";

  constructor(
    readonly code: Code,
    message: string,
    /** Doorward's, as in ErrorReason without ERROR_REASON_; undefined if it has not spoken at all. */
    readonly reason?: string,
    /** Which fields of the request were wrong. */
    readonly fields: readonly string[] = [],
    /** In how many seconds the call may be made again; undefined if waiting does not help. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  /** Whether it can't be told or done just now, which says nothing about what was asked. */
  get isUnavailable(): boolean {
    return this.code === Code.Unavailable || this.code === Code.DeadlineExceeded;
  }

  /** Reads what a call has failed with. */
  static of(thrown: unknown): DoorwardError {
    if (thrown instanceof DoorwardError) {
      return thrown;
    }
    const error = ConnectError.from(thrown);
    const reason = error.findDetails(ErrorInfoSchema).find((info) => info.domain === DOMAIN)?.reason;
    const fields = error
      .findDetails(BadRequestSchema)
      .flatMap((wrong) => wrong.fieldViolations.map((each) => each.field));
    const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
    const retryAfter = delay === undefined ? undefined : Number(delay.seconds) + delay.nanos / 1e9;
    return new DoorwardError(error.code, error.rawMessage, reason, fields, retryAfter);
  }
}
