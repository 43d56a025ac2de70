package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.config.InvalidSettings;
import dev.doorward.development.Certificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is given as a certificate or its key is used, or refused in the line that names the settings. */
@Timeout(120)
class TlsFuzzTest {

  @MethodSource("certificates")
  @FuzzTest
  void aCertificateNamesSomebodyWhoCanBeOrNobody(byte @NotNull [] der) {
    X509Certificate certificate;
    try {
      certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      return;
    }
    ClientCertificates.name(certificate)
        .ifPresent(name -> assertThat(name).matches("[!-~]{1,255}"));
  }

  @MethodSource("files")
  @FuzzTest
  void filesAreUsedOrRefused(
      byte @NotNull [] certificate, byte @NotNull [] key, byte @NotNull [] ca) throws IOException {
    Path directory = Files.createTempDirectory("tls");
    Path[] files = {
      directory.resolve("certificate"), directory.resolve("key"), directory.resolve("ca")
    };
    try {
      Files.write(files[0], certificate);
      Files.write(files[1], key);
      Files.write(files[2], ca);
      ServerTls.open(new ServerConfig.Tls(files[0], files[1], Optional.of(files[2])))
          .close();
    } catch (InvalidSettings e) {
      assertThat(e.getMessage()).startsWith("server.tls-certificate, server.tls-key");
    } finally {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.delete(directory);
    }
  }

  static Stream<byte[]> certificates() throws IOException, CertificateException {
    Path directory = Files.createTempDirectory("certificates");
    try (Certificates authority = Certificates.in(directory)) {
      Path one = authority.issue("one", "dns:shop.example.com", 1).certificate();
      Path several =
          authority.issue("several", "uri:spiffe://a/b,dns:c,ip:127.0.0.1", 1).certificate();
      return Stream.of(der(one), der(several), der(authority.authority()), new byte[] {0x30, 0x00});
    }
  }

  static Stream<Arguments> files() throws IOException {
    Path directory = Files.createTempDirectory("certificates");
    try (Certificates authority = Certificates.in(directory)) {
      Certificates.Issued issued = authority.issue("server", "dns:localhost", 1);
      byte[] certificate = Files.readAllBytes(issued.certificate());
      byte[] key = Files.readAllBytes(issued.key());
      byte[] ca = Files.readAllBytes(authority.authority());
      return Stream.of(
          Arguments.of(certificate, key, ca),
          Arguments.of(ca, key, certificate),
          Arguments.of(key, certificate, new byte[0]),
          Arguments.of("-----BEGIN CERTIFICATE-----\n".getBytes(), new byte[0], ca));
    }
  }

  private static byte[] der(Path pem) throws IOException, CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(pem)))
        .getEncoded();
  }
}
