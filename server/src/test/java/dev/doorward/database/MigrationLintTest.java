package dev.doorward.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What may change a schema while the former release's servers run on it: nothing that locks a table of any size for long, and
 * nothing that takes away what they use. MariaDB itself refuses what an ALGORITHM promises and can't keep.
 */
class MigrationLintTest {

  private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

  private static final Pattern ALLOWED = Pattern.compile(
      "(CREATE TABLE|INSERT INTO \\w+ (\\([^)]*\\) )?VALUES|ALTER TABLE|SET SESSION FOREIGN_KEY_CHECKS = [01]).*");
  private static final Pattern ONLINE =
      Pattern.compile(".*, ALGORITHM = (INSTANT|INPLACE, LOCK = NONE)");

  /** What a server of the former release may read or write. An index is not among it: without one it is slower, and right. */
  private static final Pattern TAKES_AWAY = Pattern.compile(
      ".*\\b(DROP (COLUMN|TABLE|(?!KEY|INDEX|FOREIGN|CONSTRAINT)\\w+)|RENAME|MODIFY|CHANGE|CONVERT)\\b.*");

  private static final Pattern NEW_COLUMN = Pattern.compile("ADD COLUMN ([^,(]|\\([^)]*\\))+");

  @Test
  void everyMigrationCanRunBesideTheFormerRelease() throws IOException {
    List<String> complaints = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> all = Files.list(MIGRATIONS)) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      complaints.addAll(complaints(Files.readString(file)));
    }

    assertThat(files).hasSizeGreaterThanOrEqualTo(9);
    assertThat(complaints).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE session ADD COLUMN device VARCHAR(64) NULL",
        "ALTER TABLE session ADD COLUMN device VARCHAR(64) NULL, ALGORITHM = COPY",
        "ALTER TABLE session ADD KEY session_device (device), ALGORITHM = INPLACE, LOCK = SHARED",
        "ALTER TABLE session ADD COLUMN device VARCHAR(64) NOT NULL, ALGORITHM = INSTANT",
        "ALTER TABLE session DROP COLUMN userAgent, ALGORITHM = INSTANT",
        "ALTER TABLE session DROP userAgent, ALGORITHM = INSTANT",
        "ALTER TABLE session RENAME COLUMN userAgent TO agent, ALGORITHM = INSTANT",
        "ALTER TABLE session MODIFY userAgent VARCHAR(64), ALGORITHM = INPLACE, LOCK = NONE",
        "DROP TABLE delivery",
        "RENAME TABLE delivery TO deliveries",
        "UPDATE session SET remember = TRUE",
        "DELETE FROM event WHERE seq IS NULL",
        "CREATE INDEX session_device ON session (device)",
        "INSERT INTO event_copy SELECT * FROM event",
      })
  void whatDoesNotIsSeen(String statement) {
    assertThat(complaints("-- a comment\n" + statement + ";")).hasSize(1);
  }

  private static List<String> complaints(String sql) {
    String withoutComments = sql.replaceAll("(?m)--.*$", "");
    return Arrays.stream(withoutComments.split(";"))
        .map(statement -> statement.replaceAll("\\s+", " ").strip())
        .filter(statement -> !statement.isEmpty())
        .filter(statement -> !isAllowed(statement.toUpperCase(Locale.ROOT)))
        .toList();
  }

  private static boolean isAllowed(String statement) {
    if (!ALLOWED.matcher(statement).matches()) {
      return false;
    }
    return !statement.startsWith("ALTER TABLE")
        || ONLINE.matcher(statement).matches()
            && !TAKES_AWAY.matcher(statement).matches()
            && NEW_COLUMN
                .matcher(statement)
                .results()
                .allMatch(column ->
                    !column.group().contains("NOT NULL") || column.group().contains("DEFAULT"));
  }
}
