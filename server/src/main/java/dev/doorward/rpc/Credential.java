package dev.doorward.rpc;

import dev.doorward.nearcache.TokenKey;

/**
 * What a call brings along to prove who makes it.
 *
 * @param text the {@code authorization} header; or the one name in a certificate that was verified
 */
public record Credential(Kind kind, String text) {

  /** What it is. */
  public enum Kind {
    HEADER,
    CERTIFICATE
  }

  /** A header is ASCII, so none has the key of a certificate. */
  private static final String CERTIFICATE_MARK = "\u00a7";

  static Credential header(String authorization) {
    return new Credential(Kind.HEADER, authorization);
  }

  static Credential certificate(String name) {
    return new Credential(Kind.CERTIFICATE, name);
  }

  /** By which it is remembered. */
  public TokenKey key() {
    return TokenKey.of(
        switch (kind) {
          case HEADER -> text;
          case CERTIFICATE -> CERTIFICATE_MARK + text;
        });
  }

  @Override
  public String toString() {
    return kind.toString();
  }
}
