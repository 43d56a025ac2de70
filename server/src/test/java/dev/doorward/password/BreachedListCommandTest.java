package dev.doorward.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.CommandRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BreachedListCommandTest {

  /** Of `password` and `letmein`. */
  private static final String LINES = """
      5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:10434004
      B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:287000
      """;

  @TempDir
  private Path directory;

  private Path in;
  private Path out;

  @BeforeEach
  void writeLines() throws IOException {
    in = Files.writeString(directory.resolve("in.txt"), LINES);
    out = directory.resolve("out.list");
  }

  @Test
  void aListIsBuiltOfThePublishedFormAndKnowsItsPasswords() {
    assertThat(run("build", in.toString(), out.toString()))
        .isEqualTo(new CommandRun(0, "passwords: 2\n", ""));
    assertThat(run("check", out.toString())).isEqualTo(new CommandRun(0, "passwords: 2\n", ""));

    BreachedPasswords list = BreachedPasswords.from(Optional.of(out));
    assertThat(list.contains(Password.parse("password"))).isTrue();
    assertThat(list.contains(Password.parse("letmein"))).isTrue();
    assertThat(list.contains(Password.parse("Password"))).isFalse();
  }

  @Test
  void theRareOnesCanBeLeftOut() {
    assertThat(run("build", "--min-count", "1000000", in.toString(), out.toString())
            .out())
        .isEqualTo("passwords: 1\n");
    assertThat(BreachedPasswords.from(Optional.of(out)).contains(Password.parse("letmein")))
        .isFalse();
  }

  @Test
  void anOldListIsReplaced() throws IOException {
    run("build", in.toString(), out.toString());
    Files.writeString(in, "");

    run("build", in.toString(), out.toString());

    assertThat(run("check", out.toString()).out()).isEqualTo("passwords: 0\n");
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    CommandRun missing = run("build", directory.resolve("nothing").toString(), out.toString());
    assertThat(missing.exit()).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(missing.err()).contains("can't be read or written", "nothing");
    assertThat(
            run("build", in.toString(), directory.resolve("no/out").toString()).exit())
        .isEqualTo(CommandLine.ExitCode.SOFTWARE);

    Files.writeString(in, LINES + "hunter2\n", StandardCharsets.UTF_8);
    CommandRun malformed = run("build", in.toString(), out.toString());
    assertThat(malformed.exit()).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(malformed.err())
        .contains("line 3 (expected: 40 hexadecimal digits, a colon and a count)");
    assertThat(out).doesNotExist();

    CommandRun damaged = run("check", in.toString());
    assertThat(damaged.exit()).isEqualTo(78);
    assertThat(damaged.err()).contains("FILE: " + in + " is no list");
  }

  @Test
  void everyCommandExplainsItself() {
    for (String command : List.of("build", "check")) {
      assertThat(run(command, "--help").out()).contains("Usage: doorward breached-list " + command);
    }
  }

  private static CommandRun run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "breached-list";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.of(all);
  }
}
