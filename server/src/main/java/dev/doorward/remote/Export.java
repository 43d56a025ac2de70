package dev.doorward.remote;

import dev.doorward.v1.ExportUsersRequest;
import dev.doorward.v1.ExportUsersResponse;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;

/** All users on their way from a server, by as many streams as it takes. */
final class Export {

  private final boolean secrets;
  private final ExportedUsers users;
  private final Supplier<ManagedChannel> channels;
  private final Attempts attempts;

  Export(
      boolean secrets, ExportedUsers users, Supplier<ManagedChannel> channels, Attempts attempts) {
    this.secrets = secrets;
    this.users = users;
    this.channels = channels;
    this.attempts = attempts;
  }

  /** Returns why it was given up, unless it is done. */
  Optional<Failure> run() throws IOException, InterruptedException {
    return attempts.run(channels, this::stream);
  }

  private Optional<Failure> stream(ManagedChannel channel) throws IOException {
    try {
      // Asks for the next message when the last one is taken.
      Iterator<ExportUsersResponse> messages = UserServiceGrpc.newBlockingStub(channel)
          .exportUsers(ExportUsersRequest.newBuilder()
              .setIncludeSecrets(secrets)
              .setPageToken(users.token())
              .build());
      while (messages.hasNext()) {
        users.write(messages.next());
        attempts.succeeded();
      }
      return Optional.empty();
    } catch (StatusRuntimeException e) {
      return Optional.of(Failure.of(e));
    }
  }
}
