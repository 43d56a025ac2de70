package dev.doorward.secrecy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.aventrix.jnanoid.jnanoid.NanoIdUtils;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A secret written down in every way that the search is to see through. */
final class Controls {

  /** What has to be written with a character from the end of base64's alphabets, and with an escape in a URL. */
  private static final String AWKWARD = "??>>~~ \u00ff\u00fe";

  private Controls() {}

  /** A secret that nobody has. */
  static String fresh() {
    return NanoIdUtils.randomNanoId() + AWKWARD + NanoIdUtils.randomNanoId();
  }

  /** Each way by its name. */
  static Map<String, UnaryOperator<String>> ways() {
    Map<String, UnaryOperator<String>> ways = new LinkedHashMap<>();
    ways.put("plain", secret -> secret);
    ways.put("a piece", secret -> secret.substring(3, 27));
    ways.put("hex", secret -> HexFormat.of().formatHex(secret.getBytes(UTF_8)));
    ways.put(
        "hex, in capitals",
        secret -> HexFormat.of().withUpperCase().formatHex(secret.getBytes(UTF_8)));
    ways.put(
        "hex, after a digit", secret -> "7" + HexFormat.of().formatHex(secret.getBytes(UTF_8)));
    for (String before : new String[] {"", "x", "xy", "xyz"}) {
      ways.put(
          "base64, after " + before.length() + " bytes",
          secret -> Base64.getEncoder().encodeToString((before + secret).getBytes(UTF_8)));
      ways.put(
          "base64 for URLs, after " + before.length() + " bytes",
          secret -> Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString((before + secret).getBytes(UTF_8)));
      ways.put(
          "base64, after " + before.length() + " digits",
          secret -> before + Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)));
    }
    ways.put("of a URL", secret -> URLEncoder.encode(secret, UTF_8).replace("+", "%20"));
    ways.put("of a form", secret -> URLEncoder.encode(secret, UTF_8));
    ways.put(
        "every byte escaped",
        secret -> HexFormat.of().withPrefix("%").formatHex(secret.getBytes(UTF_8)));
    return ways;
  }
}
