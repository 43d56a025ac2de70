package dev.doorward.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The library that is meant is the one that hashes. Which faster one to try is told by {@code -Ddoorward.argon2-library}, as
 * {@code docker/argon2/build} makes it and {@code .ci/run} passes it; without that the bundled one is tried against itself.
 */
class NativeArgon2Test {

  private static final Optional<Path> FAST =
      Optional.ofNullable(System.getProperty("doorward.argon2-library")).map(Path::of);

  /** The note of x86-64's ISA level: type, size; the levels that are needed follow as bits. */
  private static final byte[] ISA_NEEDED = {0x02, (byte) 0x80, 0, (byte) 0xc0, 4, 0, 0, 0};

  @TempDir
  private Path directory;

  @Test
  void whatOneLibraryHashesTheOtherVerifies() throws Exception {
    String made = run(Optional.empty()).get(1);

    List<String> fast = run(FAST, made);
    List<String> bundled = run(Optional.empty(), made, fast.get(1));

    assertThat(bundled.get(0)).contains("doorward-argon2-");
    assertThat(bundled.subList(3, bundled.size())).containsExactly("true", "true");
    assertThat(fast.subList(3, fast.size())).containsExactly("true");
    if (FAST.isPresent()) {
      assertThat(fast.get(0)).isEqualTo(FAST.get().toString());
      System.out.println(
          "µs a hash: " + bundled.get(2) + " bundled, " + fast.get(2) + " by " + fast.get(0));
    } else {
      System.out.println("no -Ddoorward.argon2-library: the bundled library was tried alone");
    }
  }

  @Test
  void aLibraryThatThisMachineCannotRunIsPassedOver() throws Exception {
    Path file = directory.resolve(System.mapLibraryName("argon2"));
    Files.write(file, FAST.isPresent() ? forAnotherProcessor(FAST.get()) : new byte[64]);

    List<String> run = run(Optional.of(file));

    assertThat(run.get(0)).contains("doorward-argon2-");
    assertThat(run.get(1)).startsWith("$argon2id$");
  }

  /** The same file, that says it needs a level which no processor has. */
  private static byte[] forAnotherProcessor(Path library) throws IOException {
    byte[] file = Files.readAllBytes(library);
    int note = new String(file, StandardCharsets.ISO_8859_1)
        .indexOf(new String(ISA_NEEDED, StandardCharsets.ISO_8859_1));
    assertThat(note).as("the note of the ISA level").isPositive();
    file[note + ISA_NEEDED.length] |= 0x40;
    return file;
  }

  private List<String> run(Optional<Path> library, String... hashes) throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        NativeArgon2Program.class.getName()));
    library.ifPresent(file -> command.add("password.argon2-library=" + file));
    command.add("--");
    command.addAll(List.of(hashes));
    Path errors = directory.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    // The log goes there too.
    return output.lines().filter(line -> !line.matches("\\d{4}-.*")).toList();
  }
}
