package dev.doorward.development;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An authority of one's own, and the certificates that it signs, in a directory; for development and tests. Nobody has the
 * authority's key once this is closed. The JDK's keytool does the signing.
 */
public final class Certificates implements AutoCloseable {

  /** A certificate and its key, in PEM. */
  public record Issued(Path certificate, Path key) {}

  private static final String PASSWORD = "not a secret: the file is gone in a moment";
  private static final String CA = "ca";

  private final Path directory;
  private final Path keystore;

  private Certificates(Path directory) throws IOException {
    this.directory = directory;
    this.keystore = directory.resolve("keystore.p12");
    Files.deleteIfExists(keystore);
  }

  /** Makes an authority, which is good for a year. */
  public static Certificates in(Path directory) throws IOException {
    OwnerOnly.createDirectories(directory);
    Certificates certificates = new Certificates(directory);
    certificates.makePair(
        CA,
        List.of(
            "-validity",
            "365",
            "-ext",
            "bc:c=ca:true,pathlen:0",
            "-ext",
            "ku:c=keyCertSign,cRLSign"));
    certificates.write(CA);
    return certificates;
  }

  /** The authority's own certificate. */
  public Path authority() {
    return directory.resolve("ca.pem");
  }

  /**
   * Signs a certificate, in place of any that had the name.
   *
   * @param name of its files
   * @param alternativeNames as keytool has them: {@code dns:localhost,ip:127.0.0.1}
   * @param days how long it is good, from the day before yesterday on
   */
  public Issued issue(String name, String alternativeNames, int days) throws IOException {
    makePair(
        name,
        List.of(
            "-signer",
            CA,
            "-startdate",
            "-2d",
            "-validity",
            Integer.toString(days),
            "-ext",
            "san=" + alternativeNames,
            "-ext",
            "ku:c=digitalSignature",
            "-ext",
            "eku=serverAuth,clientAuth"));
    return write(name);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(keystore);
  }

  private void makePair(String name, List<String> more) throws IOException {
    if (Files.exists(keystore)) {
      delete(name);
    }
    List<String> command = new ArrayList<>(List.of(
        "-genkeypair",
        "-alias",
        name,
        "-dname",
        "CN=Doorward development " + name,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1"));
    command.addAll(more);
    keytool(command);
  }

  private void delete(String name) throws IOException {
    try {
      if (load().containsAlias(name)) {
        keytool(List.of("-delete", "-alias", name));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(keystore + ": " + e.getMessage(), e);
    }
  }

  private void keytool(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-keystore", keystore.toString(), "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), US_ASCII).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("keytool: interrupted", e);
    }
  }

  private Issued write(String name) throws IOException {
    Issued issued =
        new Issued(directory.resolve(name + ".pem"), directory.resolve(name + "-key.pem"));
    try {
      KeyStore store = load();
      OwnerOnly.write(
          issued.certificate(), pem("CERTIFICATE", store.getCertificate(name).getEncoded()));
      if (!name.equals(CA)) {
        OwnerOnly.write(
            issued.key(),
            pem("PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded()));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(keystore + ": " + e.getMessage(), e);
    }
    return issued;
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keystore)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static String pem(String type, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
  }
}
