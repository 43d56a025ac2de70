package dev.doorward.rpc;

import dev.doorward.config.InvalidSettings;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS as the server speaks it, with files that are read again when they change; connections go on meanwhile. */
final class ServerTls implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ServerTls.class);

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Authenticated encryption with forward secrecy, and nothing else: those of TLS 1.3, then those of 1.2. */
  private static final List<String> CIPHERS = List.of(
      "TLS_AES_128_GCM_SHA256",
      "TLS_AES_256_GCM_SHA384",
      "TLS_CHACHA20_POLY1305_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final ServerConfig.Tls files;
  private final AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager callers;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "tls-files");
        thread.setDaemon(true);
        return thread;
      });
  private List<Long> loaded = List.of();

  private ServerTls(ServerConfig.Tls files) throws GeneralSecurityException {
    this.files = files;
    this.callers = AdvancedTlsX509TrustManager.newBuilder()
        .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
        .build();
  }

  /** Reads the files once, which must succeed, and from then on whenever they change. */
  static ServerTls open(ServerConfig.Tls files) {
    try {
      ServerTls tls = new ServerTls(files);
      tls.load();
      tls.timer.scheduleWithFixedDelay(
          tls::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      return tls;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new InvalidSettings(
          List.of("server.tls-certificate, server.tls-key, server.tls-client-ca: "
              + e.getMessage()
              + " (expected: certificates in PEM, the first of them with that key)"));
    }
  }

  SslContext context() throws IOException {
    SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forServer(identity))
        .protocols("TLSv1.3", "TLSv1.2")
        .ciphers(CIPHERS);
    if (files.clientCa().isPresent()) {
      builder.trustManager(callers).clientAuth(ClientAuth.OPTIONAL);
    }
    return builder.build();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void look() {
    try {
      if (!stamps().equals(loaded)) {
        load();
        log.info("TLS: read {} again", files.certificate());
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      log.warn("TLS: the files are not as they should be; the former ones stay in use", e);
    }
  }

  private void load() throws IOException, GeneralSecurityException {
    List<Long> stamps = stamps();
    X509Certificate[] chain = certificates(files.certificate());
    PrivateKey key;
    try (InputStream in = Files.newInputStream(files.key())) {
      key = CertificateUtils.getPrivateKey(in);
    }
    requireSameKey(chain[0], key);
    if (files.clientCa().isPresent()) {
      callers.updateTrustCredentials(certificates(files.clientCa().get()));
    }
    identity.updateIdentityCredentials(chain, key);
    loaded = stamps;
  }

  private List<Long> stamps() throws IOException {
    return List.of(
        Files.getLastModifiedTime(files.certificate()).toMillis(),
        Files.getLastModifiedTime(files.key()).toMillis(),
        files.clientCa().isPresent()
            ? Files.getLastModifiedTime(files.clientCa().get()).toMillis()
            : 0);
  }

  private static X509Certificate[] certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] chain = CertificateUtils.getX509Certificates(in);
      if (chain.length == 0) {
        throw new GeneralSecurityException(file + " holds no certificate");
      }
      return chain;
    }
  }

  /** Of two files that are replaced one after the other, the first alone is not to be used. */
  private static void requireSameKey(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(certificate.getSignature());
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(certificate.getPublicKey());
    verifier.update(certificate.getSignature());
    if (!verifier.verify(signature)) {
      throw new GeneralSecurityException("the key is not the certificate's");
    }
  }
}
