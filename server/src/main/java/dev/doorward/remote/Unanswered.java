package dev.doorward.remote;

import dev.doorward.v1.ImportUsersResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What was read and is not answered yet, in the order of its lines; little enough to be kept, and to be sent again. */
final class Unanswered {

  private static final int MOST = 4;

  private final Outcomes outcomes;
  private final Deque<Batch> batches = new ArrayDeque<>();

  Unanswered(Outcomes outcomes) {
    this.outcomes = outcomes;
  }

  synchronized boolean isFull() {
    return batches.size() >= MOST;
  }

  synchronized void add(Batch batch) {
    batches.add(batch);
    settleWithoutUsers();
  }

  synchronized List<Batch> all() {
    return List.copyOf(batches);
  }

  /** Throws an {@link IllegalStateException} if that is no answer to what was asked. */
  synchronized void answer(ImportUsersResponse response) {
    Batch batch = batches.peek();
    if (batch == null || batch.users() != response.getResultsCount()) {
      throw new IllegalStateException("the server answered with " + response.getResultsCount()
          + " results (expected: " + (batch == null ? 0 : batch.users()) + ")");
    }
    batches.remove();
    outcomes.settle(batch, response.getResultsList());
    settleWithoutUsers();
  }

  /** Nobody is asked about these; only their turn has to come. */
  private void settleWithoutUsers() {
    while (!batches.isEmpty() && !batches.peek().hasUsers()) {
      outcomes.settle(batches.remove(), List.of());
    }
  }
}
