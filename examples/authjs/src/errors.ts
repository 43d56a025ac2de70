import { type DescMessage, type MessageShape, fromBinary } from "@bufbuild/protobuf";
import { type Any, anyUnpack } from "@bufbuild/protobuf/wkt";
import { type Metadata, status } from "@grpc/grpc-js";
import { BadRequestSchema, ErrorInfoSchema } from "../gen/google/rpc/error_details_pb.js";
import { StatusSchema } from "../gen/google/rpc/status_pb.js";

const DOMAIN = "doorward.dev";
const DETAILS = "grpc-status-details-bin";

/** A call that has failed. */
export class DoorwardError extends Error {
  override readonly name = "DoorwardError";

  constructor(
    /** Of gRPC. */
    readonly code: status,
    message: string,
    /** Doorward's, as in ErrorReason without ERROR_REASON_; undefined if it has not spoken at all. */
    readonly reason?: string,
    /** Which fields of the request were wrong. */
    readonly fields: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Reads what a call has failed with. */
  static of(failure: { code: status; details: string; metadata: Metadata } | null): DoorwardError {
    if (failure === null) {
      return new DoorwardError(status.INTERNAL, "the call ended without an answer");
    }
    const details = failure.metadata
      .get(DETAILS)
      .flatMap((bytes) => fromBinary(StatusSchema, Buffer.from(bytes)).details);
    const reason = unpackAll(details, ErrorInfoSchema).find((info) => info.domain === DOMAIN)?.reason;
    const fields = unpackAll(details, BadRequestSchema)
      .flatMap((wrong) => wrong.fieldViolations)
      .map((violation) => violation.field);
    return new DoorwardError(failure.code, failure.details, reason, fields);
  }
}

function unpackAll<T extends DescMessage>(details: Any[], schema: T): MessageShape<T>[] {
  return details.map((detail) => anyUnpack(detail, schema)).filter((message) => message !== undefined);
}
