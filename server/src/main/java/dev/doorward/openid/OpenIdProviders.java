package dev.doorward.openid;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The file that says whose ID tokens are believed: a line for each provider; blank ones and those after # say nothing. */
public final class OpenIdProviders {

  private OpenIdProviders() {}

  /** Throws an {@link IllegalArgumentException} that names the line and says what is expected. */
  public static List<OpenIdProvider> read(String path) {
    if (path.isEmpty()) {
      return List.of();
    }
    try {
      return parse(Files.readAllLines(Path.of(path)));
    } catch (IOException e) {
      throw new IllegalArgumentException("expected: a file that can be read");
    }
  }

  static List<OpenIdProvider> parse(List<String> lines) {
    List<OpenIdProvider> providers = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        OpenIdProvider provider = OpenIdProvider.parse(line);
        // Of an issuer, a subject is one person; of two names for it, two accounts would be.
        if (!seen.add("name " + provider.name()) || !seen.add("issuer " + provider.issuer())) {
          throw new IllegalArgumentException(
              provider.name() + " (expected: each name and each issuer once)");
        }
        providers.add(provider);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage());
      }
    }
    return List.copyOf(providers);
  }
}
