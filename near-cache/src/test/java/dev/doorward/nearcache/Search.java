package dev.doorward.nearcache;

import dev.doorward.nearcache.Protocol.State;
import dev.doorward.nearcache.Protocol.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiConsumer;

/** All that can happen by a {@link Protocol}, the shortest histories first. */
final class Search {

  /** A step and what it came after. */
  private record Cause(State before, Step step) {}

  /**
   * What was found.
   *
   * @param states how many states were reached; all there are, if there is no trace
   * @param trace the shortest history that ends with a forbidden step
   */
  record Found(int states, Optional<List<Step>> trace) {

    /** The trace in words, a line for each step. */
    String story() {
      StringBuilder story = new StringBuilder();
      int ticks = 0;
      for (Step step : trace.orElse(List.of())) {
        ticks += step.act() == Protocol.Act.TIME_PASSES ? 1 : 0;
        story.append("  t = ").append(ticks).append("  ").append(step).append('\n');
      }
      return story.toString();
    }
  }

  private final Protocol protocol;
  private final Map<State, Cause> causes = new HashMap<>();
  private final Queue<State> open = new ArrayDeque<>();
  private Cause forbidden;

  private Search(Protocol protocol) {
    this.protocol = protocol;
  }

  /** Looks for a history in which the session is accepted so long after its revocation was acknowledged. */
  static Found forAcceptanceAfter(int ticks, Protocol protocol) {
    return new Search(protocol).run(ticks);
  }

  /** The shortest history of every state, and each step that may come next: histories that take every step there is. */
  static void forEachHistory(Protocol protocol, BiConsumer<List<Step>, State> visitor) {
    Search search = new Search(protocol);
    search.run(Integer.MAX_VALUE);
    search.causes.keySet().forEach(state -> {
      List<Step> history = search.history(search.causes.get(state));
      protocol.forEachStep(state, (step, next) -> {
        List<Step> longer = new ArrayList<>(history);
        longer.add(step);
        visitor.accept(longer, next);
      });
    });
  }

  private Found run(int ticks) {
    reach(protocol.start(), new Cause(null, null));
    while (!open.isEmpty() && forbidden == null) {
      State state = open.remove();
      protocol.forEachStep(state, (step, next) -> {
        Cause cause = new Cause(state, step);
        if (forbidden == null && Protocol.isAcceptedAfter(ticks, state, step)) {
          forbidden = cause;
        }
        reach(next, cause);
      });
    }
    return new Found(causes.size(), Optional.ofNullable(forbidden).map(this::history));
  }

  private void reach(State state, Cause cause) {
    if (causes.putIfAbsent(state, cause) == null) {
      open.add(state);
    }
  }

  private List<Step> history(Cause last) {
    List<Step> steps = new ArrayList<>();
    for (Cause cause = last; cause.step() != null; cause = causes.get(cause.before())) {
      steps.add(cause.step());
    }
    Collections.reverse(steps);
    return steps;
  }
}
