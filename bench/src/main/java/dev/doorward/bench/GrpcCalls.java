package dev.doorward.bench;

import dev.doorward.v1.Consistency;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.PasswordServiceGrpc.PasswordServiceBlockingStub;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * RPCs of a server, one after the other on each thread, by grpc-java's blocking stubs: of the clients that can send requests
 * that differ, one that leaves most of the machine to the server.
 */
final class GrpcCalls {

  private static final long DEADLINE_SECONDS = 20;

  private GrpcCalls() {}

  /** One connection, with the bench's key. */
  static Channel connect(String address) {
    Metadata key = new Metadata();
    key.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + System.getenv("BENCH_KEY"));
    return ClientInterceptors.intercept(
        NettyChannelBuilder.forTarget(address).usePlaintext().directExecutor().build(),
        MetadataUtils.newAttachHeadersInterceptor(key));
  }

  /** Reads sessions at random. */
  static Work validations(Channel channel, long sessions) {
    SessionServiceBlockingStub stub = SessionServiceGrpc.newBlockingStub(channel);
    ValidateSessionRequest[] requests = Stream.generate(() -> ValidateSessionRequest.newBuilder()
            .setSessionToken(Population.token(any(sessions)))
            .setConsistency(Consistency.CONSISTENCY_FRESH)
            .build())
        .limit(JdbcValidation.TOKENS)
        .toArray(ValidateSessionRequest[]::new);
    int[] next = {0};
    return () -> stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .validateSession(requests[next[0]++ % requests.length]);
  }

  /** Opens sessions of users at random. */
  static Work sessions(Channel channel, long users) {
    SessionServiceBlockingStub stub = SessionServiceGrpc.newBlockingStub(channel);
    return () -> stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .createSession(CreateSessionRequest.newBuilder()
            .setUserId(Population.userId(any(users)))
            .build());
  }

  /** Signs up users who were not there before. */
  static Work signUps(Channel channel) {
    PasswordServiceBlockingStub stub = PasswordServiceGrpc.newBlockingStub(channel);
    return () -> stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .signUp(SignUpRequest.newBuilder()
            .setEmail(UUID.randomUUID() + "@example.com")
            .setPassword(Population.PASSWORD)
            .build());
  }

  private static long any(long count) {
    return ThreadLocalRandom.current().nextLong(1, count + 1);
  }
}
