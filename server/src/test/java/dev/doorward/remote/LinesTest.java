package dev.doorward.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinesTest {

  @Test
  void blankLinesAreCountedAndLeftOut() throws IOException {
    List<Lines.Line> lines = read("\ufeff\n\na\r\n \t\r\n\ufeffb\n\nc");

    assertThat(lines.stream().map(Lines.Line::number)).containsExactly(3L, 5L, 7L);
    assertThat(lines.stream().map(line -> new String(line.bytes(), UTF_8)))
        .containsExactly("a\r", "\ufeffb", "c");
    assertThat(lines.stream().map(Lines.Line::end)).containsExactly(8L, 17L, 19L);
    assertThat(lines).noneMatch(Lines.Line::tooLong);
  }

  @Test
  void aLineThatIsTooLongIsCutAndTheNextOneIsWhole() throws IOException {
    String longest = "x".repeat(Lines.LONGEST);

    List<Lines.Line> lines = read(longest + "\n" + longest + "y\n" + longest.repeat(3) + "\nz\n");

    assertThat(lines.stream().map(Lines.Line::tooLong)).containsExactly(false, true, true, false);
    assertThat(lines.stream().map(line -> line.bytes().length))
        .containsExactly(Lines.LONGEST, Lines.LONGEST, Lines.LONGEST, 1);
  }

  @Test
  void theEndIsTheEndHoweverOftenItIsAskedFor() throws IOException {
    Lines lines = new Lines(InputStream.nullInputStream());

    assertThat(lines.next()).isEmpty();
    assertThat(lines.next()).isEmpty();
    assertThat(read("\n\n")).isEmpty();
  }

  private static List<Lines.Line> read(String text) throws IOException {
    Lines lines = new Lines(new ByteArrayInputStream(text.getBytes(UTF_8)));
    List<Lines.Line> all = new ArrayList<>();
    Optional<Lines.Line> next = lines.next();
    while (next.isPresent()) {
      all.add(next.get());
      next = lines.next();
    }
    return all;
  }
}
