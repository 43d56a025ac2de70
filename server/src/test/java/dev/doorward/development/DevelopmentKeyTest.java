package dev.doorward.development;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.caller.CallerKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevelopmentKeyTest {

  @TempDir
  private Path directory;

  @Test
  void itSurvivesRestartsInAFileThatOnlyItsOwnerCanRead() throws IOException {
    CallerKey first = DevelopmentKey.in(directory).key();
    DevelopmentKey again = DevelopmentKey.in(directory);

    assertThat(first.isForDevelopment()).isTrue();
    assertThat(again.key()).isEqualTo(first);
    assertThat(again.file()).hasContent(first.reveal());
    assertOwnerOnly(again.file());
  }

  @Test
  void whatElseIsInTheFileIsReplaced() throws IOException {
    Files.writeString(directory.resolve("caller.key"), CallerKey.generate().reveal());

    DevelopmentKey key = DevelopmentKey.in(directory);

    assertThat(key.key().isForDevelopment()).isTrue();
    assertThat(key.file()).hasContent(key.key().reveal());
  }

  @Test
  void clientsFindItAsLongAsTheServerRuns() throws IOException {
    Path state = directory.resolve("state/doorward");
    Path found = state.resolve("development-50051.key");
    try (DevelopmentKey key = DevelopmentKey.in(directory)) {
      key.publish(50051, state);

      assertThat(found).hasContent(key.key().reveal());
      assertOwnerOnly(found);
    }
    assertThat(found).doesNotExist();
  }

  private static void assertOwnerOnly(Path file) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
