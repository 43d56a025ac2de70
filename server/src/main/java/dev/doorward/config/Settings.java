package dev.doorward.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads settings one by one and remembers all that is wrong with them, to say it at once. */
public final class Settings {

  /** A setting that exists. */
  public record Key(String name, String defaultValue, String meaning) {
    /** The environment variable that sets it. */
    public String variable() {
      return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
  }

  public static final String VARIABLE_PREFIX = "DOORWARD_";

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private final Map<String, String> given;
  private final List<Key> keys = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /** @param given the values by key, or by the name of the environment variable */
  public Settings(Map<String, String> given) {
    this.given = new TreeMap<>(given);
  }

  public String text(String name, String fallback, String meaning) {
    return parsed(name, fallback, meaning, Function.identity());
  }

  /** A text without which nothing can start. It may hold a secret, so no complaint shows it. */
  public String requiredText(String name, String meaning, UnaryOperator<String> parser) {
    String value = define(name, "", meaning);
    try {
      if (value.isBlank()) {
        String variable = keys.get(keys.size() - 1).variable();
        throw new IllegalArgumentException(
            "not set; expected: " + meaning + ", in the file or as " + variable);
      }
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      problems.add(name + ": " + e.getMessage());
      return value;
    }
  }

  /** A text that is never shown, given by itself or, as {@code name-file}, by the path of a file that holds it. */
  public Secret secret(String name, String meaning) {
    String path = text(name + "-file", "", "a file that holds " + name);
    if (path.isEmpty()) {
      return new Secret(text(name, "", meaning));
    }
    define(name, "", meaning);
    try {
      return new Secret(Files.readString(Path.of(path)).strip());
    } catch (IOException | InvalidPathException e) {
      problems.add(name + "-file: " + path + " can't be read");
      return new Secret("");
    }
  }

  public boolean flag(String name, boolean fallback, String meaning) {
    return parsed(name, Boolean.toString(fallback), meaning, text -> switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("expected: true or false");
    });
  }

  public int integer(String name, int fallback, int least, int most, String meaning) {
    return parsed(name, Integer.toString(fallback), meaning, text -> {
      try {
        int value = Integer.parseInt(text);
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Refused below, like a number that is out of range.
      }
      throw new IllegalArgumentException("expected: " + least + " to " + most);
    });
  }

  /** A time such as {@code 250ms}, {@code 30s}, {@code 5m}, {@code 12h} or {@code 7d}. */
  public Duration duration(
      String name, Duration fallback, Duration least, Duration most, String meaning) {
    return parsed(name, show(fallback), meaning, text -> {
      if (DURATION.matcher(text).matches()) {
        Duration value = parseDuration(text);
        if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("expected: " + show(least) + " to " + show(most));
    });
  }

  /** The same, by itself. Throws an {@link IllegalArgumentException} that says what is expected. */
  public static Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("expected: a time such as 250ms, 30s, 5m, 12h or 7d");
    }
    return unit(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
  }

  public <E extends Enum<E>> E choice(String name, E fallback, String meaning) {
    E[] choices = fallback.getDeclaringClass().getEnumConstants();
    return parsed(
        name,
        fallback.name().toLowerCase(Locale.ROOT),
        meaning,
        text -> Arrays.stream(choices)
            .filter(choice -> choice.name().toLowerCase(Locale.ROOT).equals(text))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(
                "expected: one of " + Arrays.toString(choices).toLowerCase(Locale.ROOT))));
  }

  /** A text that may be missing, which the parser makes something of otherwise. */
  public <T> Optional<T> optional(String name, String meaning, Function<String, T> parser) {
    return parsed(
        name,
        "",
        meaning,
        text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.apply(text)));
  }

  /** Texts between commas. */
  public List<String> list(String name, List<String> fallback, String meaning) {
    return parsed(
        name,
        String.join(",", fallback),
        meaning,
        text -> Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .toList());
  }

  /** A text that the parser makes something of, or refuses by an {@link IllegalArgumentException}. */
  public <T> T parsed(String name, String fallback, String meaning, Function<String, T> parser) {
    String value = define(name, fallback, meaning);
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      problems.add(
          name + ": " + (value.isEmpty() ? "not set" : value) + " (" + e.getMessage() + ")");
      return fallback.equals(value) ? null : parser.apply(fallback);
    }
  }

  /** For what no setting says by itself. */
  public void expect(boolean condition, String otherwise) {
    if (!condition) {
      problems.add(otherwise);
    }
  }

  /** Throws if anything was wrong, or if a key was given that nothing has read. */
  public void finish() {
    for (String unread : given.keySet()) {
      problems.add(unread + ": no such setting (did you mean " + nearest(unread) + "?)");
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
  }

  /** The settings that were read so far. */
  public List<Key> keys() {
    return List.copyOf(keys);
  }

  private String define(String name, String fallback, String meaning) {
    Key key = new Key(name, fallback, meaning);
    keys.add(key);
    String fromFile = given.remove(name);
    String fromEnvironment = given.remove(key.variable());
    if (fromEnvironment != null) {
      return fromEnvironment;
    }
    return fromFile != null ? fromFile : fallback;
  }

  private String nearest(String unknown) {
    boolean variable = unknown.startsWith(VARIABLE_PREFIX);
    return keys.stream()
        .map(key -> variable ? key.variable() : key.name())
        .min(Comparator.comparingInt(name -> distance(name, unknown)))
        .orElseThrow();
  }

  /** Levenshtein's. */
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    Arrays.setAll(above, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }

  private static Duration unit(String symbol) {
    return switch (symbol) {
      case "ms" -> Duration.ofMillis(1);
      case "s" -> Duration.ofSeconds(1);
      case "m" -> Duration.ofMinutes(1);
      case "h" -> Duration.ofHours(1);
      case "d" -> Duration.ofDays(1);
      default -> throw new IllegalArgumentException(symbol);
    };
  }

  private static String show(Duration duration) {
    for (String symbol : List.of("d", "h", "m", "s")) {
      long unit = unit(symbol).toMillis();
      if (duration.toMillis() >= unit && duration.toMillis() % unit == 0) {
        return duration.toMillis() / unit + symbol;
      }
    }
    return duration.toMillis() + "ms";
  }
}
