package dev.doorward.development;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MariaDbBinariesTest {

  @TempDir
  Path cache;

  @Test
  void anUnpackThatWasCutOffIsDoneAgainAndAWholeOneIsNot() throws Exception {
    Path whole = MariaDbBinaries.unpacked().server();
    Path name = MariaDbBinaries.unpacked().home().getFileName();
    Path cutOff = Files.createDirectories(cache.resolve(name + ".part").resolve("bin"));
    Files.writeString(cutOff.resolve("mariadbd"), "cut o");

    Path server = MariaDbBinaries.unpackedIn(cache).server();
    FileTime unpackedAt = Files.getLastModifiedTime(server);

    assertThat(server).isExecutable().hasSize(Files.size(whole));
    assertThat(cache.resolve(name + ".part")).doesNotExist();
    assertThat(Files.getLastModifiedTime(MariaDbBinaries.unpackedIn(cache).server()))
        .isEqualTo(unpackedAt);
  }
}
