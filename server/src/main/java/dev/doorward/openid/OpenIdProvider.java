package dev.doorward.openid;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Somebody whose ID tokens are believed.
 *
 * @param name what accounts call it, such as {@code google}
 * @param issuer what its tokens have as {@code iss}, to the letter
 * @param audiences the client ids whose tokens are meant for us
 * @param keys where its public keys are, as a JSON Web Key Set (RFC 7517): an address, or a {@code file:}
 */
public record OpenIdProvider(String name, String issuer, Set<String> audiences, URI keys) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

  private static final Pattern BLANK = Pattern.compile("\\s+");

  /** Whose keys may come without TLS, for nobody else can answer there. */
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * A line of the providers' file: name, issuer, audiences between commas, and keys, with blanks between them. Throws an
   * {@link IllegalArgumentException} that says what is expected.
   */
  static OpenIdProvider parse(String line) {
    List<String> parts = Arrays.asList(BLANK.split(line.strip()));
    if (parts.size() != 4) {
      throw new IllegalArgumentException(
          parts.size() + " words (expected: a name, an issuer, audiences, and where its keys are)");
    }
    if (!NAME.matcher(parts.get(0)).matches()) {
      throw new IllegalArgumentException(
          parts.get(0) + " (expected: a lower-case word as the name)");
    }
    Set<String> audiences = new LinkedHashSet<>(Arrays.asList(parts.get(2).split(",")));
    audiences.remove("");
    if (audiences.isEmpty()) {
      throw new IllegalArgumentException(
          parts.get(2) + " (expected: audiences, with commas between)");
    }
    return new OpenIdProvider(parts.get(0), parts.get(1), audiences, keys(parts.get(3)));
  }

  boolean hasKeysInFile() {
    return keys.getScheme().equals("file");
  }

  private static URI keys(String text) {
    boolean address = text.contains("://");
    try {
      URI keys = address ? URI.create(text) : Path.of(text).toAbsolutePath().toUri();
      if (address ? isSafe(keys) : Files.isReadable(Path.of(text))) {
        return keys;
      }
    } catch (IllegalArgumentException e) {
      // Refused below, with what is expected.
    }
    throw new IllegalArgumentException(
        text + " (expected: a file that can be read, or an address with https)");
  }

  private static boolean isSafe(URI address) {
    String host = address.getHost();
    return host != null
        && ("https".equals(address.getScheme())
            || "http".equals(address.getScheme()) && THIS_MACHINE.contains(host));
  }
}
