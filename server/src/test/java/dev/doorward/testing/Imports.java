package dev.doorward.testing;

import dev.doorward.v1.ImportUsersRequest;
import dev.doorward.v1.ImportUsersResponse;
import dev.doorward.v1.ImportUsersResult;
import dev.doorward.v1.PortableUser;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Streams of ImportUsers. */
public final class Imports {

  private static final long LIMIT_SECONDS = 120;

  private Imports() {}

  /** The results of one message. Throws the status that the stream ended with, if it was not the good one. */
  public static List<ImportUsersResult> of(Channel channel, List<PortableUser> users) {
    return of(channel, ImportUsersRequest.newBuilder().addAllUsers(users).build());
  }

  public static ImportUsersResult of(Channel channel, PortableUser user) {
    return of(channel, List.of(user)).get(0);
  }

  /** The results of some messages, one after the other. */
  public static List<ImportUsersResult> of(Channel channel, ImportUsersRequest... requests) {
    List<ImportUsersResult> results = new ArrayList<>();
    CompletableFuture<Void> end = new CompletableFuture<>();
    StreamObserver<ImportUsersRequest> call = UserServiceGrpc.newStub(channel)
        .importUsers(new StreamObserver<>() {
          @Override
          public void onNext(ImportUsersResponse response) {
            results.addAll(response.getResultsList());
          }

          @Override
          public void onError(Throwable thrown) {
            end.completeExceptionally(thrown);
          }

          @Override
          public void onCompleted() {
            end.complete(null);
          }
        });
    for (ImportUsersRequest request : requests) {
      call.onNext(request);
    }
    call.onCompleted();
    try {
      end.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
      return results;
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }
}
