import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ChannelCredentials, Client, Metadata, credentials } from "@grpc/grpc-js";
import { AccountService } from "../gen/doorward/v1/account_service_pb.js";
import { SessionService } from "../gen/doorward/v1/session_service_pb.js";
import { UserService } from "../gen/doorward/v1/user_service_pb.js";
import { VerificationService } from "../gen/doorward/v1/verification_service_pb.js";
import { DoorwardError } from "./errors.js";
import { type KeySource, keyReader } from "./key.js";

const DEADLINE_MS = 5_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d+$/;

/** What may be done twice: it reads, or its request_id says that it is the same request, or it may find nothing. */
const REPEATABLE = [
  UserService.method.createUser,
  UserService.method.getUser,
  UserService.method.deleteUser,
  AccountService.method.linkAccount,
  AccountService.method.getAccount,
  AccountService.method.listAccounts,
  SessionService.method.createSession,
  SessionService.method.validateSession,
  SessionService.method.revokeSession,
  VerificationService.method.createVerification,
];

const SERVICE_CONFIG = {
  loadBalancingConfig: [{ round_robin: {} }],
  methodConfig: [
    {
      name: REPEATABLE.map((method) => ({ service: method.parent.typeName, method: method.name })),
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: "0.1s",
        maxBackoff: "1s",
        backoffMultiplier: 2,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    },
  ],
};

const CHANNEL_OPTIONS = {
  "grpc.service_config": JSON.stringify(SERVICE_CONFIG),
  "grpc.service_config_disable_resolution": 1,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 5_000,
  // A server that was away for long is tried again soon.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
};

/** Where Doorward is, and the key that it knows this service by. */
export type DoorwardOptions = KeySource & {
  /** As host:port. The connection is plaintext if that is this very machine, and TLS otherwise. */
  readonly target: string;
  /** Whom to believe that Doorward is who it says, in PEM. Those that Node.js knows, unless given. */
  readonly rootCertificates?: Buffer;
  /** After how long a call has failed, all attempts together. 5,000 unless given. */
  readonly deadlineMs?: number;
};

/** A connection to Doorward. */
export class DoorwardClient {
  readonly #client: Client;
  readonly #deadlineMs: number;
  readonly #key: () => string;

  constructor(options: DoorwardOptions) {
    this.#client = new Client(options.target, transportTo(options), CHANNEL_OPTIONS);
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS;
    this.#key = keyReader(options);
  }

  /** Fails with a DoorwardError. */
  call<Q extends DescMessage, A extends DescMessage>(
    method: DescMethodUnary<Q, A>,
    request: MessageInitShape<Q>,
  ): Promise<MessageShape<A>> {
    return new Promise((resolve, reject) => {
      const metadata = new Metadata();
      metadata.set("authorization", `Bearer ${this.#key()}`);
      this.#client.makeUnaryRequest<MessageShape<Q>, MessageShape<A>>(
        `/${method.parent.typeName}/${method.name}`,
        (message) => Buffer.from(toBinary(method.input, message)),
        (bytes) => fromBinary(method.output, bytes),
        create(method.input, request),
        metadata,
        { deadline: Date.now() + this.#deadlineMs },
        (error, answer) => {
          if (answer === undefined) {
            reject(DoorwardError.of(error));
          } else {
            resolve(answer);
          }
        },
      );
    });
  }

  /** Ends what is in flight. */
  close(): void {
    this.#client.close();
  }
}

/** A name is not resolved to find out whether it means this very machine: it may mean another one tomorrow. */
function transportTo({ target, rootCertificates }: DoorwardOptions): ChannelCredentials {
  return LOOPBACK.test(target) ? credentials.createInsecure() : credentials.createSsl(rootCertificates);
}
