package dev.doorward.database;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list, in the list's order.
 *
 * @param next where the next page begins; empty if this is the last
 */
public record Page<T>(List<T> items, Optional<Page.Position> next) {

  /**
   * The last row of a page: the columns that the list is ordered by.
   *
   * @param time null where the list is ordered by the key alone
   */
  public record Position(Instant time, String key) {}

  /** A page of at most {@code size} from rows that were selected with a limit of one more. */
  public static <T> Page<T> cut(List<T> rows, int size, Function<T, Position> position) {
    if (rows.size() <= size) {
      return new Page<>(rows, Optional.empty());
    }
    List<T> items = rows.subList(0, size);
    return new Page<>(items, Optional.of(position.apply(items.get(size - 1))));
  }
}
