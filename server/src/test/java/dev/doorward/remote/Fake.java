package dev.doorward.remote;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.doorward.error.Reason;
import dev.doorward.v1.ExportUsersRequest;
import dev.doorward.v1.ExportUsersResponse;
import dev.doorward.v1.ImportUsersRequest;
import dev.doorward.v1.ImportUsersResponse;
import dev.doorward.v1.ImportUsersResult;
import dev.doorward.v1.PortableUser;
import dev.doorward.v1.User;
import dev.doorward.v1.UserServiceGrpc.UserServiceImplBase;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** A server that answers as often as it is told to, and refuses as it is told to. */
final class Fake extends UserServiceImplBase implements AutoCloseable {

  private final Server server;
  private final Deque<Throwable> refusals = new ArrayDeque<>();
  private final Deque<Runnable> unanswered = new ArrayDeque<>();
  private final List<String> received = new ArrayList<>();
  private int answers = Integer.MAX_VALUE;
  private int streams;
  private int messages;
  private Throwable afterwards;
  private volatile Throwable afterMessage;
  private final List<String> pageTokens = new ArrayList<>();

  Fake() {
    try {
      server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
          .addService(this)
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Throwable refusal(Status.Code code, Reason reason) {
    return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
        .setCode(code.value())
        .setMessage("as it was told")
        .addDetails(Any.pack(ErrorInfo.newBuilder()
            .setReason(reason.name())
            .setDomain("doorward.dev")
            .build()))
        .build());
  }

  int port() {
    return server.getPort();
  }

  /** The next streams end like this, one after the other. */
  synchronized void refuse(Throwable... with) {
    refusals.addAll(Arrays.asList(with));
  }

  /** After so many answers every message ends its stream like this; null for never an answer. */
  synchronized void answer(int most, Throwable then) {
    answers = most;
    afterwards = then;
  }

  /** From now on all is answered, and what has come so far. */
  synchronized void answerAll() {
    answers = Integer.MAX_VALUE;
    unanswered.forEach(Runnable::run);
    unanswered.clear();
  }

  /** Streams that are not refused at once end like this after their first message. */
  void refuseAfterMessage(Throwable with) {
    afterMessage = with;
  }

  /** With which the exports were begun. */
  synchronized List<String> pageTokens() {
    return List.copyOf(pageTokens);
  }

  synchronized int streams() {
    return streams;
  }

  synchronized int messages() {
    return messages;
  }

  /** The addresses that were answered. */
  synchronized List<String> received() {
    return List.copyOf(received);
  }

  @Override
  public StreamObserver<ImportUsersRequest> importUsers(
      StreamObserver<ImportUsersResponse> observer) {
    boolean refused = !begin(observer);
    return new StreamObserver<>() {
      private boolean ended = refused;

      @Override
      public void onNext(ImportUsersRequest request) {
        if (!ended) {
          ended = !take(request, observer);
        }
      }

      @Override
      public void onError(Throwable thrown) {}

      @Override
      public void onCompleted() {
        if (!ended) {
          observer.onCompleted();
        }
      }
    };
  }

  /** One user, and then what it was told, or nothing. */
  @Override
  public void exportUsers(
      ExportUsersRequest request, StreamObserver<ExportUsersResponse> observer) {
    synchronized (this) {
      pageTokens.add(request.getPageToken());
    }
    if (begin(observer)) {
      observer.onNext(ExportUsersResponse.newBuilder()
          .addUsers(PortableUser.newBuilder().setUser(User.newBuilder().setId("one")))
          .setNextPageToken("after-one")
          .build());
      Throwable end = afterMessage;
      if (end != null) {
        observer.onError(end);
      }
    }
  }

  private synchronized boolean begin(StreamObserver<?> observer) {
    streams++;
    Throwable refusal = refusals.poll();
    if (refusal != null) {
      observer.onError(refusal);
    }
    return refusal == null;
  }

  /** Whether the stream goes on. */
  private synchronized boolean take(
      ImportUsersRequest request, StreamObserver<ImportUsersResponse> observer) {
    messages++;
    if (answers > 0) {
      answers--;
      answer(request, observer);
    } else if (afterwards == null) {
      unanswered.add(() -> answer(request, observer));
    } else {
      observer.onError(afterwards);
      return false;
    }
    return true;
  }

  private void answer(ImportUsersRequest request, StreamObserver<ImportUsersResponse> observer) {
    ImportUsersResponse.Builder response = ImportUsersResponse.newBuilder();
    for (PortableUser user : request.getUsersList()) {
      received.add(user.getUser().getEmail());
      response.addResults(
          ImportUsersResult.newBuilder().setOutcome(ImportUsersResult.Outcome.OUTCOME_CREATED));
    }
    observer.onNext(response.build());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
