package dev.doorward.secrecy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretSearchTest {

  private static final Secret SOUGHT = Secret.of("sought", Controls.fresh());
  private static final Secret OTHER = Secret.of("other", Controls.fresh());

  static Stream<String> ways() {
    return Controls.ways().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aSecretIsFoundHoweverItIsWrittenDown(String way) throws IOException {
    String written = Controls.ways().get(way).apply(new String(SOUGHT.value(), UTF_8));

    assertThat(found("a line with " + written + " and more")).containsExactly(SOUGHT);
    assertThat(found(written)).containsExactly(SOUGHT);
    assertThat(found(written.substring(0, written.length() / 8))).isEmpty();
  }

  @Test
  void itIsFoundWhereverABlockEnds() throws IOException {
    byte[] secret = SOUGHT.value();
    for (int before = (1 << 20) - secret.length; before <= 1 << 20; before++) {
      byte[] text = new byte[(1 << 20) + 100];
      System.arraycopy(secret, 0, text, before, secret.length);

      assertThat(found(text)).as("after %d bytes", before).containsExactly(SOUGHT);
    }
  }

  @Test
  void aShortSecretHasToBeThereAsAWhole() throws IOException {
    Secret pin = Secret.of("pin", "0123456789");
    SecretSearch search = new SecretSearch(List.of(pin));

    assertThat(found(search, "x0123456789x".getBytes(UTF_8))).containsExactly(pin);
    assertThat(found(search, "x012345678x".getBytes(UTF_8))).isEmpty();
    assertThat(found(search, "x123456789x".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void whatCannotBeToldFromOtherTextIsNotLookedFor() {
    SecretSearch search = new SecretSearch(
        List.of(Secret.of("short", "1234567"), Secret.of("plain", "x".repeat(129)), SOUGHT));

    assertThat(search.count()).isEqualTo(1);
  }

  @Test
  void thePlainPartOfASecretSaysNothing() throws IOException {
    Secret padded = Secret.of("padded", "x".repeat(100) + "0123456789");
    SecretSearch search = new SecretSearch(List.of(padded));

    assertThat(found(search, "x".repeat(100).getBytes(UTF_8))).isEmpty();
    assertThat(found(search, ("x".repeat(20) + "0123456789").getBytes(UTF_8)))
        .containsExactly(padded);
  }

  @Test
  void ofManySecretsTheOneThatIsThereIsFound() throws IOException {
    List<Secret> many = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      many.add(Secret.of("many", "the same start " + Controls.fresh()));
    }
    SecretSearch search = new SecretSearch(many);
    byte[] noise = new byte[10 << 20];
    new Random(1).nextBytes(noise);
    System.arraycopy(many.get(777).value(), 0, noise, 5 << 20, many.get(777).value().length);

    assertThat(found(search, noise)).containsExactly(many.get(777));
    assertThat(found(search, "the same start of another".getBytes(UTF_8))).isEmpty();
  }

  private static Set<Secret> found(String text) throws IOException {
    return found(text.getBytes(UTF_8));
  }

  private static Set<Secret> found(byte[] text) throws IOException {
    return found(new SecretSearch(List.of(SOUGHT, OTHER)), text);
  }

  private static Set<Secret> found(SecretSearch search, byte[] text) throws IOException {
    return search.search(new ByteArrayInputStream(text)).keySet();
  }
}
