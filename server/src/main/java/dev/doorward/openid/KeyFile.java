package dev.doorward.openid;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;

/** A provider's keys in a file, which is read again when they have become old or one is missing. */
final class KeyFile implements JWKSetSource<SecurityContext> {

  private final Path file;

  KeyFile(Path file) {
    this.file = file;
  }

  @Override
  public JWKSet getJWKSet(
      JWKSetCacheRefreshEvaluator refresh, long currentTime, SecurityContext context)
      throws KeySourceException {
    try {
      return JWKSet.load(file.toFile());
    } catch (IOException | ParseException e) {
      throw new JWKSetUnavailableException("no keys in " + file, e);
    }
  }

  @Override
  public void close() {
    // Nothing stays open.
  }
}
