package dev.doorward.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells by its text alone whether a gRPC target is on this machine. */
final class Loopback {

  private static final String DNS = "dns:///";
  private static final Pattern IPV4 = Pattern.compile("127(\\.\\d{1,3}){3}");
  private static final Set<String> NAMES = Set.of("localhost", "[::1]", "[0:0:0:0:0:0:0:1]");

  private Loopback() {}

  static boolean isTarget(String target) {
    String authority = target.startsWith(DNS) ? target.substring(DNS.length()) : target;
    URI uri;
    try {
      uri = new URI("//" + authority);
    } catch (URISyntaxException | NumberFormatException e) {
      return false; // The latter is the JDK's for a number within brackets that is too large.
    }
    String host = uri.getHost();
    // Whatever is more than host and port is no authority, and what gRPC makes of it is not known
    // here.
    return host != null
        && authority.equals(uri.getAuthority())
        && uri.getUserInfo() == null
        && (NAMES.contains(host) || IPV4.matcher(host).matches());
  }
}
