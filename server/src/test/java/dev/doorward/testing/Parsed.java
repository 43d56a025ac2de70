package dev.doorward.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Refusal;
import dev.doorward.error.Refusal.Violation;
import dev.doorward.rpc.Fields;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What parsers make of what anybody may send: a value, or a refusal in the way that they promise, and nothing else. */
public final class Parsed {

  private Parsed() {}

  /** Empty if it was refused by an {@link IllegalArgumentException} that says what is expected. */
  public static <T> Optional<T> of(Supplier<T> parser) {
    try {
      return Optional.of(parser.get());
    } catch (IllegalArgumentException e) {
      // A NumberFormatException, say, is one too, and says nothing to a caller.
      assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
      assertThat(e.getMessage()).containsAnyOf("expected", "not set");
      return Optional.empty();
    }
  }

  /** Empty if there were violations; each names its field, and shows no more than a little of it. */
  public static <T> Optional<T> fields(Function<Fields, T> reader) {
    Fields fields = new Fields();
    T value = reader.apply(fields);
    try {
      fields.check();
      return Optional.ofNullable(value);
    } catch (Refusal e) {
      assertThat(e.violations()).isNotEmpty().allSatisfy(Parsed::assertReadable);
      return Optional.empty();
    }
  }

  /** The violations alone, of whoever wants to know more about them. */
  public static List<Violation> violations(Function<Fields, ?> reader) {
    Fields fields = new Fields();
    reader.apply(fields);
    try {
      fields.check();
      return List.of();
    } catch (Refusal e) {
      return e.violations();
    }
  }

  private static void assertReadable(Violation violation) {
    assertThat(violation.field()).matches("[a-z_]+([.\\[][a-z0-9_\\]]+)*");
    assertThat(violation.description()).hasSizeLessThan(600);
    assertThat(violation.description().chars()).noneMatch(Character::isISOControl);
  }
}
