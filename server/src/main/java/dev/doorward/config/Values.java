package dev.doorward.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What settings may be beyond numbers, times and texts. Each reads a text, and says what was expected if it is none such. */
public final class Values {

  private Values() {}

  /** An address of this machine. */
  public static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("expected: an address of this machine");
    }
  }

  /** A port; 0 for any that is free. */
  public static int port(String text) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535) {
      throw new IllegalArgumentException("expected: 0 to 65535, or nothing");
    }
    return Integer.parseInt(text);
  }

  /** Where something is served over HTTP or HTTPS. */
  public static URI endpoint(String text) {
    try {
      URI endpoint = new URI(text);
      if (endpoint.getHost() != null
          && List.of("http", "https").contains(endpoint.getScheme())
          && endpoint.getUserInfo() == null) {
        return endpoint;
      }
    } catch (URISyntaxException | NumberFormatException e) {
      // Refused below. The latter is the JDK's for a number within brackets that is too large.
    }
    throw new IllegalArgumentException("expected: http://HOST:4318 or https://HOST:4318");
  }

  /** A share, from 0 to 1. */
  public static double ratio(String text) {
    if (!text.matches("0(\\.\\d{1,9})?|1(\\.0{1,9})?")) {
      throw new IllegalArgumentException("expected: 0 to 1");
    }
    return Double.parseDouble(text);
  }

  /** A file that can be read. */
  public static Path file(String text) {
    if (!Files.isReadable(Path.of(text))) {
      throw new IllegalArgumentException("expected: a file that can be read");
    }
    return Path.of(text);
  }
}
