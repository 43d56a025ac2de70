package dev.doorward.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.config.InvalidSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of known passwords: how it is built, searched, and found to be broken. */
class PrefixListTest {

  private static final long LARGEST = (1L << PrefixList.BITS) - 1;
  private static final String LINE = "0123456789ABCDEF0123456789ABCDEF01234567:5\n";

  @TempDir
  private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 3000, 100_000})
  void whatIsInTheListIsFoundAndNothingElse(int part) throws IOException {
    Set<Long> prefixes = new TreeSet<>(Set.of(0L, 1L, LARGEST - 1, LARGEST));
    new Random(part).longs(3000, 0, LARGEST).forEach(prefixes::add);
    LongStream.range(1L << 40, (1L << 40) + 500).forEach(prefixes::add); // Not spread evenly.
    List<Long> inAnyOrder = new ArrayList<>(prefixes);
    inAnyOrder.addAll(inAnyOrder.subList(0, 100));
    Collections.shuffle(inAnyOrder, new Random(part));

    // As few in memory at once as that; the smallest parts for few, as each is a file.
    List<Long> chosen = part < 16 ? inAnyOrder.subList(0, 100) : inAnyOrder;
    Path file = build(lines(chosen), 1, part);

    Set<Long> expected = new TreeSet<>(chosen);
    for (PrefixList list : List.of(map(file), PrefixList.map("FILE", file, true, 3))) {
      assertThat(list.count()).isEqualTo(expected.size());
      for (long prefix : expected) {
        assertThat(list.contains(prefix)).isTrue();
        for (long near : new long[] {prefix - 1, prefix + 1}) {
          if (near >= 0 && near <= LARGEST) {
            assertThat(list.contains(near)).isEqualTo(expected.contains(near));
          }
        }
      }
      new Random(7)
          .longs(1000, 0, LARGEST)
          .forEach(any -> assertThat(list.contains(any)).isEqualTo(expected.contains(any)));
    }
  }

  @Test
  void anEmptyListHasNothing() throws IOException {
    assertThat(map(build("", 1, 16)).contains(0)).isFalse();
    assertThat(map(build("\r\n\n", 1, 16)).count()).isZero();
  }

  @Test
  void linesEndAsOnAnySystemAndTheirDigitsMayBeSmall() throws IOException {
    PrefixList list = map(build("""
        000000000001ffffffffffffffffffffffffffff:1\r
        00000000000200000000000000000000000000AB:1\n
        000000000003ABCDEF0123456789ABCDEF012345:1""", 1, 16));

    assertThat(list.count()).isEqualTo(3);
    assertThat(LongStream.rangeClosed(1, 3).allMatch(list::contains)).isTrue();
  }

  @Test
  void whatWasSeenTooSeldomIsLeftOut() throws IOException {
    PrefixList list = map(build("""
        0000000000010000000000000000000000000000:9
        0000000000020000000000000000000000000000:10
        0000000000030000000000000000000000000000:999999999999999999
        """, 10, 16));

    assertThat(list.contains(1)).isFalse();
    assertThat(list.contains(2)).isTrue();
    assertThat(list.contains(3)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password:5",
        "0123456789ABCDEF0123456789ABCDEF0123456:5",
        "0123456789ABCDEF0123456789ABCDEF012345678:5",
        "0123456789ABCDEF0123456789ABCDEF01234567",
        "0123456789ABCDEF0123456789ABCDEF01234567:",
        "0123456789ABCDEF0123456789ABCDEF01234567:-1",
        "0123456789ABCDEF0123456789ABCDEF01234567:5 ",
        "0123456789ABCDEF0123456789ABCDEF01234567:1234567890123456789",
        "0123456789ABCDEG0123456789ABCDEF01234567:5",
        " 0123456789ABCDEF0123456789ABCDEF01234567:5",
        "٠123456789ABCDEF0123456789ABCDEF01234567:5"
      })
  void aLineOfAnotherFormIsNamedAndTheOldListStays(String line) throws IOException {
    Path old = build(LINE, 1, 16);
    byte[] before = Files.readAllBytes(old);

    assertThatThrownBy(() -> build(LINE + "\r\n" + LINE + line + "\n" + LINE, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 4 (expected: 40 hexadecimal digits, a colon and a count)");

    assertThat(Files.readAllBytes(old)).isEqualTo(before);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(old);
    }
  }

  @Test
  void aFileThatIsCutOrGrownIsRefused() throws IOException {
    Path file = build(LINE, 1, 16);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 23, 24, 29, 31}) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> map(file))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageStartingWith("FILE: " + file);
    }
  }

  @Test
  void aFileOfWhichAnyBitIsAnotherIsRefused() throws IOException {
    Path file = build(LINE + LINE.replace('0', '1'), 1, 16);
    byte[] whole = Files.readAllBytes(file);
    assertThat(whole).hasSize(24 + 12);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] other = whole.clone();
      other[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, other);
      assertThatThrownBy(() -> map(file)).as("bit " + bit).isInstanceOf(InvalidSettings.class);
    }
  }

  @Test
  void aDirectoryAndAFileThatIsNotThereAreRefused() {
    assertThatThrownBy(() -> map(directory)).isInstanceOf(InvalidSettings.class);
    assertThatThrownBy(() -> map(directory.resolve("nothing")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("can't be read");
  }

  /** Longer than what is read at the start: holes and wrong order are still seen, and `check` sees all. */
  @Test
  void aLongFileIsLookedAtHereAndThere() throws IOException {
    long entries = 50_000_000;
    Path file = directory.resolve("long");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(PrefixList.header(entries, new java.util.zip.CRC32C()).array());
      sparse.setLength(PrefixList.HEADER_BYTES + entries * PrefixList.BYTES);
    }

    assertThatThrownBy(() -> PrefixList.map("FILE", file, false))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("is damaged");
  }

  private Path build(String lines, long minCount, int part) throws IOException {
    Path file = directory.resolve("list");
    BreachedListBuild.build(
        new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), file, minCount, part);
    return file;
  }

  private static String lines(List<Long> prefixes) {
    StringBuilder lines = new StringBuilder();
    for (long prefix : prefixes) {
      lines.append(String.format(java.util.Locale.ROOT, "%012X%028X:3%n", prefix, prefix));
    }
    return lines.toString();
  }

  private static PrefixList map(Path file) {
    return PrefixList.map("FILE", file, false);
  }
}
