package dev.doorward.client;

import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.NearCacheSettings;
import dev.doorward.nearcache.NearCacheStats;
import dev.doorward.nearcache.TokenKey;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells whether session tokens are good and whose they are: from a {@link NearCache} in this process, which a stream from
 * the server keeps true, and by a call where memory may not be believed.
 *
 * <pre>{@code
 * Optional<ValidateSessionResponse> valid = doorward.validator().validate(token);
 * }</pre>
 *
 * <p><b>The guarantee.</b> A session whose revocation the server acknowledged at some moment is accepted by no validator that
 * is asked a lease after that moment or later (3 seconds, see {@link NearCacheSettings#lease}), whatever is cut off, paused,
 * restarted or late. Typically it is refused within a quarter of a second. Time is what the machine's monotonic clock says; a machine
 * that is suspended with its clock goes on where it stopped.
 *
 * <p><b>When the server can't be reached</b>, answers come from memory until the lease ends, and after that every question
 * fails with a {@link StatusRuntimeException}, mostly of {@code UNAVAILABLE}: it can't be told whether the token is good.
 * That is another thing than a token that is no good, which is an empty answer.
 *
 * <p><b>Time.</b> An answer from memory takes about a microsecond and no lock. What has to be asked takes at most as long as
 * any call of the client ({@link DoorwardClient.Builder#deadline}), or until the deadline of the current
 * {@link io.grpc.Context} if that is earlier. Those who ask about one token at the same time share a call, and while many
 * calls are open, questions are sent together.
 *
 * <p>Safe for use by many threads. It belongs to its {@link DoorwardClient}, and ends with it.
 */
public final class SessionValidator {

  /** What is longer is no token, and must not make a question for many too large for the server. */
  private static final int MAX_TOKEN_LENGTH = 255;

  private final NearCache<ValidateSessionResponse> cache;
  private final FeedFollower follower;
  private final Questions questions;
  private final Duration deadline;

  SessionValidator(ManagedChannel channel, NearCacheSettings settings, Duration deadline) {
    this(channel, new NearCache<>(settings), deadline);
  }

  /** With a cache whose rules a test has weakened. */
  SessionValidator(
      ManagedChannel channel, NearCache<ValidateSessionResponse> cache, Duration deadline) {
    this.cache = cache;
    this.follower = new FeedFollower(channel, cache);
    this.questions = new Questions(channel, cache, deadline);
    this.deadline = deadline;
    follower.start();
  }

  /**
   * Waits until it is known whether a token is good.
   *
   * @param token as its holder presented it, whatever that is
   * @return the session and its user; empty if there is no such session, or it has expired, was revoked, or its user is
   *     disabled
   * @throws StatusRuntimeException if that can't be told now; with {@code CANCELLED} if the thread was interrupted
   */
  public Optional<ValidateSessionResponse> validate(String token) {
    if (!canExist(token)) {
      return Optional.empty();
    }
    TokenKey key = TokenKey.of(token);
    Optional<ValidateSessionResponse> known = cache.get(key);
    if (known.isPresent() || cache.isAbsent(key)) {
      return known;
    }
    return await(questions.ask(key, token));
  }

  /**
   * The same without waiting.
   *
   * @param token as its holder presented it, whatever that is
   * @return a future of what {@link #validate} returns; it fails with what that throws
   */
  public CompletableFuture<Optional<ValidateSessionResponse>> validateAsync(String token) {
    if (!canExist(token)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    TokenKey key = TokenKey.of(token);
    Optional<ValidateSessionResponse> known = cache.get(key);
    if (known.isPresent() || cache.isAbsent(key)) {
      return CompletableFuture.completedFuture(known);
    }
    // A copy, for the others who wait for the same answer.
    return within(nanosLeft(), questions.ask(key, token).copy());
  }

  /**
   * What the near cache has done, and how it is.
   *
   * @return the figures of this moment
   */
  public NearCacheStats stats() {
    return cache.stats();
  }

  void close() {
    follower.close();
  }

  private static boolean canExist(String token) {
    return !token.isEmpty() && token.length() <= MAX_TOKEN_LENGTH;
  }

  private Optional<ValidateSessionResponse> await(
      CompletableFuture<Optional<ValidateSessionResponse>> answer) {
    try {
      return answer.get(nanosLeft(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED
          .withDescription("the thread was interrupted")
          .withCause(e)
          .asRuntimeException();
    } catch (TimeoutException e) {
      throw late();
    } catch (ExecutionException e) {
      throw toStatus(e.getCause());
    }
  }

  /** What others have asked before may take longer than whoever asks now will wait. */
  private long nanosLeft() {
    Deadline ofContext = Context.current().getDeadline();
    return ofContext == null
        ? deadline.toNanos()
        : Math.min(deadline.toNanos(), ofContext.timeRemaining(TimeUnit.NANOSECONDS));
  }

  private static <T> CompletableFuture<T> within(long nanos, CompletableFuture<T> answer) {
    return answer.orTimeout(nanos, TimeUnit.NANOSECONDS).handle((known, thrown) -> {
      if (thrown != null) {
        throw toStatus(thrown);
      }
      return known;
    });
  }

  private static StatusRuntimeException toStatus(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
    if (cause instanceof StatusRuntimeException status) {
      return status;
    }
    return cause instanceof TimeoutException
        ? late()
        : Status.UNKNOWN.withCause(cause).asRuntimeException();
  }

  private static StatusRuntimeException late() {
    return Status.DEADLINE_EXCEEDED
        .withDescription("the deadline passed before it was known whether the token is good")
        .asRuntimeException();
  }
}
