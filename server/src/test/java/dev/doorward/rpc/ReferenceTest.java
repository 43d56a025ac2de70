package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/reference} says what the contract says. {@code -Ddoorward.test.write-reference=true} writes it anew. */
class ReferenceTest {

  private static final Path FOLDER = Path.of("../docs/reference");
  private static final String CALLS = "calls.md";

  private final Reference reference = Reference.read();

  @Test
  void theReferenceIsThatOfTheContract() throws IOException {
    if (Boolean.getBoolean("doorward.test.write-reference")) {
      Files.createDirectories(FOLDER);
      for (Map.Entry<String, String> page : reference.pages().entrySet()) {
        Files.writeString(FOLDER.resolve(page.getKey()), page.getValue());
      }
    }

    assertThat(pagesThere()).isEqualTo(reference.pages());
  }

  @Test
  void everyRpcHasACall() throws IOException {
    List<String> calls = Files.readAllLines(FOLDER.resolve(CALLS)).stream()
        .filter(line -> line.startsWith("### "))
        .map(line -> line.substring("### ".length()))
        .toList();

    assertThat(calls).containsExactlyInAnyOrderElementsOf(reference.methods());
  }

  @Test
  void aReasonsCommentNamesItsStatus() {
    Map<String, String> given = Arrays.stream(Reason.values())
        .collect(Collectors.toMap(
            Reason::name, reason -> Errors.code(reason).name(), (a, b) -> a, TreeMap::new));

    assertThat(reference.statusOfReasons()).isEqualTo(given);
  }

  private static Map<String, String> pagesThere() throws IOException {
    Map<String, String> pages = new TreeMap<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        if (!file.endsWith(CALLS)) {
          pages.put(file.getFileName().toString(), Files.readString(file));
        }
      }
    }
    return pages;
  }
}
