package dev.doorward.bench;

import dev.doorward.client.DoorwardClient;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Revokes sessions that many near caches hold, and prints how long after the acknowledgement each of them first refused.
 * The clients are spread over all servers; the first server revokes.
 */
public final class RevokeToRefused {

  private static final long BETWEEN_LOOKS_NANOS = 500_000;

  private final List<DoorwardClient> clients = new ArrayList<>();

  private RevokeToRefused(String[] addresses, int count) {
    for (int i = 0; i < count; i++) {
      clients.add(PatientClient.connect(addresses[i % addresses.length]));
    }
  }

  /** @param arguments the servers' addresses, how many clients, how many sessions, and the first session's number */
  public static void main(String[] arguments) {
    int sessions = Integer.parseInt(arguments[2]);
    long first = Long.parseLong(arguments[3]);
    RevokeToRefused these =
        new RevokeToRefused(arguments[0].split(","), Integer.parseInt(arguments[1]));
    List<long[]> found = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      found.add(these.revoke(Population.token(first + i)));
    }
    these.clients.forEach(DoorwardClient::close);
    long[] nanos = found.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "{\"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f}%n",
        nanos[nanos.length / 2] / 1e6,
        nanos[(int) (nanos.length * 0.99)] / 1e6,
        nanos[nanos.length - 1] / 1e6);
  }

  /** How long after the acknowledgement each client first refused it. */
  private long[] revoke(String token) {
    clients.forEach(client -> awaitKept(client, token));
    clients
        .get(0)
        .sessions()
        .revokeSession(RevokeSessionRequest.newBuilder().setSessionToken(token).build());
    long acknowledged = System.nanoTime();
    AtomicLongArray refused = new AtomicLongArray(clients.size());
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    List<Integer> accepting = new ArrayList<>();
    for (int i = 0; i < clients.size(); i++) {
      accepting.add(i);
    }
    while (!accepting.isEmpty()) {
      // What memory answers is done at once; who has to ask has let go of the session.
      accepting.removeIf(i -> {
        long now = System.nanoTime();
        CompletableFuture<Optional<ValidateSessionResponse>> answer =
            clients.get(i).validator().validateAsync(token);
        if (answer.isDone()
            && !answer.isCompletedExceptionally()
            && answer.join().isPresent()) {
          return false;
        }
        refused.set(i, now - acknowledged);
        asked.add(answer.thenAccept(valid -> {
          if (valid.isPresent()) {
            throw new CompletionException(
                new IllegalStateException("a revoked session was read from the database"));
          }
        }));
        return true;
      });
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
    asked.forEach(CompletableFuture::join);
    return IntStream.range(0, clients.size()).mapToLong(refused::get).toArray();
  }

  /** Until memory alone answers. */
  private static void awaitKept(DoorwardClient client, String token) {
    long hits = client.validator().stats().hits();
    while (client.validator().stats().hits() == hits) {
      if (client.validator().validate(token).isEmpty()) {
        throw new IllegalStateException("the session is not there");
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
  }
}
