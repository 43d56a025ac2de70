package dev.doorward.session;

import dev.doorward.config.InvalidSettings;
import dev.doorward.config.OwnersFile;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The values of Better Auth's session cookies, for services that pass on what they were sent: the token, a dot, and the base64 of
 * its HMAC-SHA256 under Better Auth's secret, as it is in the header or with what is percent-encoded decoded.
 */
public final class BetterAuthCookies {

  private static final String SETTING = "session.better-auth-secret-file";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SIGNATURE_LENGTH = 44;

  /** A session's token, three letters for each that is encoded, and the signature. */
  private static final int MAX_LENGTH = 3 * (SessionToken.MAX_LENGTH + 1 + SIGNATURE_LENGTH);

  private final List<Mac> macs;

  private BetterAuthCookies(List<Mac> macs) {
    this.macs = macs;
  }

  /** @param file with a secret a line; without it no cookie is known */
  public static BetterAuthCookies from(Optional<Path> file) {
    return new BetterAuthCookies(file.map(BetterAuthCookies::macs).orElse(List.of()));
  }

  /** The token in a cookie whose signature is good; of anything else, all of it. */
  String token(String presented) {
    if (macs.isEmpty() || presented.length() > MAX_LENGTH || presented.indexOf('.') < 0) {
      return presented;
    }
    String value = decoded(presented);
    int dot = value.length() - SIGNATURE_LENGTH - 1;
    if (dot < 1 || value.charAt(dot) != '.') {
      return presented;
    }
    String token = value.substring(0, dot);
    byte[] signature = value.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
    return macs.stream().anyMatch(mac -> MessageDigest.isEqual(sign(mac, token), signature))
        ? token
        : presented;
  }

  private static byte[] sign(Mac mac, String token) {
    try {
      byte[] signature = ((Mac) mac.clone()).doFinal(token.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encode(signature);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e); // The JDK's can be cloned.
    }
  }

  private static String decoded(String presented) {
    if (presented.indexOf('%') < 0) {
      return presented;
    }
    try {
      return URLDecoder.decode(presented.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return presented;
    }
  }

  private static List<Mac> macs(Path file) {
    List<String> secrets = OwnersFile.read(SETTING, file)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
    if (secrets.isEmpty()) {
      throw new InvalidSettings(SETTING + ": " + file + " (expected: a line with the secret)");
    }
    return secrets.stream().map(BetterAuthCookies::mac).toList();
  }

  private static Mac mac(String secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every JDK has it, and takes any key.
    }
  }
}
