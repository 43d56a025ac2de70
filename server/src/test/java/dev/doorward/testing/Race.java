package dev.doorward.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Calls that were let go at the same moment, and how each of them ended. */
public final class Race<T> {

  private static final long LIMIT_SECONDS = 600;

  /** An answer, or else a refusal. */
  public record Outcome<T>(T answer, StatusRuntimeException refusal) {}

  private final List<Outcome<T>> outcomes;

  private Race(List<Outcome<T>> outcomes) {
    this.outcomes = outcomes;
  }

  /** @param call what the runner of that number does */
  public static <T> Race<T> of(int runners, IntFunction<T> call) {
    List<Supplier<T>> calls = new ArrayList<>();
    for (int i = 0; i < runners; i++) {
      int number = i;
      calls.add(() -> call.apply(number));
    }
    return of(calls);
  }

  /** Returns when all have ended; whatever is thrown other than a status fails the test. */
  public static <T> Race<T> of(List<Supplier<T>> calls) {
    CyclicBarrier start = new CyclicBarrier(calls.size());
    List<Callable<Outcome<T>>> runners = new ArrayList<>();
    for (Supplier<T> call : calls) {
      runners.add(() -> {
        start.await();
        try {
          return new Outcome<>(call.get(), null);
        } catch (StatusRuntimeException e) {
          return new Outcome<>(null, e);
        }
      });
    }
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      List<Outcome<T>> outcomes = new ArrayList<>();
      for (Future<Outcome<T>> run : threads.invokeAll(runners, LIMIT_SECONDS, TimeUnit.SECONDS)) {
        outcomes.add(run.get());
      }
      return new Race<>(outcomes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** In the order of the runners. */
  public List<Outcome<T>> outcomes() {
    return Collections.unmodifiableList(outcomes);
  }

  public List<T> answers() {
    return outcomes.stream()
        .filter(outcome -> outcome.refusal() == null)
        .map(Outcome::answer)
        .toList();
  }

  public List<StatusRuntimeException> refusals() {
    return outcomes.stream().map(Outcome::refusal).filter(Objects::nonNull).toList();
  }

  public List<T> assertAllAnswered() {
    assertThat(refusals()).isEmpty();
    return answers();
  }

  /** The answer of the one that won. */
  public T assertOneAnswered() {
    assertThat(answers()).as("answers beside " + refusals()).hasSize(1);
    return answers().get(0);
  }

  public void assertOthersRefused(Status.Code code, Reason reason) {
    for (StatusRuntimeException refusal : refusals()) {
      Refusals.assertRefused(code, reason, () -> {
        throw refusal;
      });
    }
  }
}
