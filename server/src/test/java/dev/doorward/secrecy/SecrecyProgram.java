package dev.doorward.secrecy;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Looks, once the tests are over, whether any secret that they have come to know was written down; {@code mvn verify} runs it
 * after the tests of each module that has a server. Ends with 1 if one was, or if the search did not find what it must.
 */
public final class SecrecyProgram {

  private final PrintStream out;
  private final List<Secret> secrets = new ArrayList<>();
  private final Map<Place, Long> bytes = new EnumMap<>(Place.class);
  private final Set<Secret> controls = new LinkedHashSet<>();
  private final Map<String, Leak> leaks = new TreeMap<>();

  /** How many secrets of one kind are in one file in one form, and where the first of them is. */
  private record Leak(int count, long position) {}

  SecrecyProgram(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    if (Files.notExists(directory)) {
      System.out.println("no test has run here, so there are no secrets to look for");
      return;
    }
    System.exit(new SecrecyProgram(System.out).run(directory) ? 0 : 1);
  }

  /** Whether nothing was found but what must be. */
  boolean run(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      if (file.getFileName().toString().endsWith("-secrets")) {
        Files.readAllLines(file).forEach(line -> secrets.add(Secret.ofLine(line)));
      }
    }
    SecretSearch search = new SecretSearch(Kinds.withHashes(secrets));
    for (Path file : files) {
      Optional<Place> place = Place.of(file);
      if (place.isPresent()) {
        look(search, file, place.get());
      }
    }
    return report(search);
  }

  private void look(SecretSearch search, Path file, Place place) throws IOException {
    bytes.merge(place, Files.size(file), Long::sum);
    try (InputStream text = Files.newInputStream(file)) {
      search.search(text).forEach((secret, found) -> {
        if (Kinds.isControl(secret.kind())) {
          controls.add(secret);
        } else if (!place.allows(secret)) {
          leaks.merge(
              "%s in %s, %s".formatted(secret.kind(), file, found.form()),
              new Leak(1, found.position()),
              (first, next) -> new Leak(first.count() + 1, first.position()));
        }
      });
    }
  }

  private boolean report(SecretSearch search) {
    List<String> missed = secrets.stream()
        .filter(secret -> Kinds.isControl(secret.kind()) && !controls.contains(secret))
        .map(Secret::kind)
        .toList();
    out.printf(
        Locale.ROOT,
        "%,d secrets were looked for, %,d are too short or too plain for that; %d of %d controls found%n",
        search.count(),
        secrets.stream()
            .filter(secret -> !Windows.isDistinctive(secret.value()))
            .count(),
        controls.size(),
        controls.size() + missed.size());
    bytes.forEach((place, count) -> out.printf(Locale.ROOT, "%s: %,d KiB%n", place, count >> 10));
    leaks.forEach((where, leak) -> out.printf(
        "LEAKED: %d of %s, the first near byte %d%n", leak.count(), where, leak.position()));
    missed.forEach(kind -> out.println("BLIND: not found is the " + kind));
    boolean clean = leaks.isEmpty() && missed.isEmpty() && !controls.isEmpty();
    out.println(
        clean
            ? "none of them was written down"
            : "SECRETS WERE WRITTEN DOWN, or the search is blind");
    return clean;
  }
}
