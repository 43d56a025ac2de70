package dev.doorward.bench;

import com.google.protobuf.MessageLite;
import dev.doorward.client.DoorwardClient;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.ListUsersResponse;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Calls the server as a load will, sees that the answers are right, and leaves requests and answers in files: h2load sends
 * fixed bytes and looks at nothing but how many come back.
 */
public final class Frames {

  private static final int PAGE = 100;
  private static final int STRIDE = 1000;

  private final DoorwardClient doorward;
  private final Path directory;

  private Frames(DoorwardClient doorward, Path directory) {
    this.doorward = doorward;
    this.directory = directory;
  }

  /** @param arguments the server's address, the directory, a session's number, and how deep the deep page lies */
  public static void main(String[] arguments) throws IOException {
    try (DoorwardClient doorward = PatientClient.connect(arguments[0])) {
      Frames frames = new Frames(doorward, Path.of(arguments[1]));
      frames.validation(Long.parseLong(arguments[2]));
      frames.pages(Integer.parseInt(arguments[3]));
    }
  }

  private void validation(long n) throws IOException {
    for (Consistency consistency :
        new Consistency[] {Consistency.CONSISTENCY_CACHED, Consistency.CONSISTENCY_FRESH}) {
      ValidateSessionRequest request = ValidateSessionRequest.newBuilder()
          .setSessionToken(Population.token(n))
          .setConsistency(consistency)
          .build();
      ValidateSessionResponse answer = doorward.sessions().validateSession(request);
      if (!answer.getSession().getId().equals(Population.sessionId(n))
          || !answer.getUser().getId().equals(answer.getSession().getUserId())) {
        throw new IllegalStateException("session " + n + ": another one was answered");
      }
      write(consistency == Consistency.CONSISTENCY_FRESH ? "fresh" : "cached", request, answer);
    }
  }

  private void pages(int depth) throws IOException {
    ListUsersRequest first = ListUsersRequest.newBuilder().setPageSize(PAGE).build();
    write("first-page", first, list(first));
    ListUsersRequest.Builder walk = ListUsersRequest.newBuilder().setPageSize(STRIDE);
    for (int passed = 0; passed < depth; passed += STRIDE) {
      walk.setPageToken(list(walk.build()).getNextPageToken());
    }
    ListUsersRequest deep = walk.setPageSize(PAGE).build();
    write("deep-page", deep, list(deep));
  }

  private ListUsersResponse list(ListUsersRequest request) {
    ListUsersResponse page = doorward.users().listUsers(request);
    if (page.getUsersCount() != request.getPageSize()) {
      throw new IllegalStateException(
          page.getUsersCount() + " users on a page (expected: " + request.getPageSize() + ")");
    }
    return page;
  }

  /** The request as gRPC frames it: not compressed, its length, itself. */
  private void write(String name, MessageLite request, MessageLite answer) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(Files.newOutputStream(directory.resolve(name + ".request")))) {
      out.writeByte(0);
      out.writeInt(request.getSerializedSize());
      request.writeTo(out);
    }
    Files.write(directory.resolve(name + ".reply"), answer.toByteArray());
  }
}
