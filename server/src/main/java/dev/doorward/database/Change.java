package dev.doorward.database;

import java.util.Set;
import java.util.function.Supplier;

/**
 * What an update does to one column: in SQL, {@code x = IF(#{x.given}, #{x.value}, x)}.
 *
 * @param given whether the column changes at all
 * @param value what it becomes, null to clear it
 */
public record Change<T>(boolean given, T value) {

  public static <T> Change<T> to(T value) {
    return new Change<>(true, value);
  }

  /** A change if the path is one of those to change. */
  public static <T> Change<T> of(String path, Set<String> changing, Supplier<T> value) {
    return changing.contains(path) ? to(value.get()) : none();
  }

  public static <T> Change<T> none() {
    return new Change<>(false, null);
  }
}
