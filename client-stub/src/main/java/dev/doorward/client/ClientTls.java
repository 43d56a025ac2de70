package dev.doorward.client;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** TLS by files that are read again when they change. */
final class ClientTls {

  /** A certificate in PEM, and its key. */
  record Identity(Path certificate, Path key) {}

  /** gRPC takes no shorter one. */
  private static final long PERIOD_MINUTES = 1;

  private ClientTls() {}

  /**
   * Throws an {@link IllegalArgumentException} if a file can't be used.
   *
   * @param timer which looks after the files
   */
  static ChannelCredentials credentials(
      Optional<Path> authorities, Optional<Identity> identity, ScheduledExecutorService timer) {
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    authorities.ifPresent(file -> credentials.trustManager(trust(file, timer)));
    identity.ifPresent(files -> credentials.keyManager(identify(files, timer)));
    return credentials.build();
  }

  private static AdvancedTlsX509TrustManager trust(Path file, ScheduledExecutorService timer) {
    try {
      AdvancedTlsX509TrustManager trust =
          AdvancedTlsX509TrustManager.newBuilder().build();
      trust.updateTrustCredentials(file.toFile(), PERIOD_MINUTES, TimeUnit.MINUTES, timer);
      return trust;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "authorities: " + file + " (expected: certificates in PEM)", e);
    }
  }

  private static AdvancedTlsX509KeyManager identify(
      Identity files, ScheduledExecutorService timer) {
    try {
      AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
      identity.updateIdentityCredentials(
          files.certificate().toFile(),
          files.key().toFile(),
          PERIOD_MINUTES,
          TimeUnit.MINUTES,
          timer);
      return identity;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "certificate: " + files.certificate() + ", " + files.key()
              + " (expected: a certificate in PEM, and its key in PKCS #8)",
          e);
    }
  }
}
