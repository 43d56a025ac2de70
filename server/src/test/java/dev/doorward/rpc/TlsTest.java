package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.config.InvalidSettings;
import dev.doorward.development.Certificates;
import dev.doorward.development.Certificates.Issued;
import dev.doorward.testing.Await;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who the server is, who its callers may be, and in what no two of them talk. */
@Timeout(120)
class TlsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String HERE = "dns:localhost,ip:127.0.0.1";
  private static final int GOOD = 90;

  /** From the day before yesterday to yesterday. */
  private static final int OVER = 1;

  private static final byte[] HANDSHAKE = {0x16};

  @TempDir
  static Path directory;

  private static Certificates ours;
  private static Certificates theirs;
  private static Issued identity;
  private static Issued caller;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    ours = Certificates.in(directory.resolve("ours"));
    theirs = Certificates.in(directory.resolve("theirs"));
    identity = ours.issue("server", HERE, GOOD);
    caller = ours.issue("caller", "dns:shop.example.com", GOOD);
    server = serve(identity);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    ours.close();
    theirs.close();
  }

  @Test
  void aCallerWithoutACertificateIsServedForItMayHaveAKey() throws IOException {
    check(trusting(ours));
  }

  @Test
  void aCallerWithACertificateOfOursIsServed() throws IOException {
    check(holding(caller));
  }

  @Test
  void aServerOfAnotherAuthorityIsNotBelieved() {
    assertUnreachable(() -> check(trusting(theirs)));
  }

  @Test
  void aServerOfAnotherNameIsNotBelieved() throws IOException {
    Issued elsewhere = ours.issue("elsewhere", "dns:example.com", GOOD);
    try (TestServer other = serve(elsewhere)) {
      assertUnreachable(() -> check(other, trusting(ours)));
    }
  }

  @Test
  void aServerWhoseCertificateIsOverIsNotBelieved() throws IOException {
    Issued over = ours.issue("over", HERE, OVER);
    try (TestServer other = serve(over)) {
      assertUnreachable(() -> check(other, trusting(ours)));
    }
  }

  @Test
  void aCallerOfAnotherAuthorityIsRefused() throws IOException {
    Issued stranger = theirs.issue("caller", "dns:shop.example.com", GOOD);

    assertUnreachable(() -> check(holding(stranger)));
  }

  @Test
  void aCallerWhoseCertificateIsOverIsRefused() throws IOException {
    Issued over = ours.issue("caller-over", "dns:shop.example.com", OVER);

    assertUnreachable(() -> check(holding(over)));
  }

  @Test
  void theNameOfACallerIsTheOnlyOneInItsCertificate() throws Exception {
    assertThat(nameIn("dns:shop.example.com")).contains("shop.example.com");
    assertThat(nameIn("uri:spiffe://example.com/shop")).contains("spiffe://example.com/shop");
    assertThat(nameIn("dns:shop.example.com,ip:192.0.2.1")).contains("shop.example.com");

    assertThat(nameIn("dns:shop.example.com,dns:bank.example.com")).isEmpty();
    assertThat(nameIn("dns:shop.example.com,uri:spiffe://example.com/bank")).isEmpty();
    assertThat(nameIn("ip:192.0.2.1,email:shop@example.com")).isEmpty();
    assertThat(ClientCertificates.name(read(ours.authority()))).isEmpty();
  }

  @Test
  void plaintextIsNoWayIn() {
    ManagedChannel plaintext = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
        .usePlaintext()
        .build();
    assertUnreachable(() -> check(plaintext));
  }

  @Test
  void whatIsOlderThanTls12IsRefused() throws IOException {
    assertThat(answerTo(hello(0x0303, 0xC02B))).isEqualTo(HANDSHAKE);

    assertThat(answerTo(hello(0x0302, 0xC009))).isNotEqualTo(HANDSHAKE);
    assertThat(answerTo(hello(0x0301, 0xC009))).isNotEqualTo(HANDSHAKE);
  }

  @Test
  void suitesWithoutForwardSecrecyOrAuthenticatedEncryptionAreRefused() throws IOException {
    for (int suite : new int[] {
      0xC009, 0xC00A, 0xC023, 0xC024, // ECDHE with CBC
      0x009C, 0x009D, 0x002F, 0x0035, // RSA's own key exchange
      0x00FF, 0x0000, 0xC006 // none at all
    }) {
      assertThat(answerTo(hello(0x0303, suite)))
          .as(Integer.toHexString(suite))
          .isNotEqualTo(HANDSHAKE);
    }
  }

  @Test
  void aNewCertificateIsTakenUpAndNoConnectionIsDropped() throws Exception {
    Issued first = ours.issue("first", HERE, GOOD);
    Path certificate = directory.resolve("rotating.pem");
    Path key = directory.resolve("rotating-key.pem");
    Files.copy(first.certificate(), certificate);
    Files.copy(first.key(), key);
    try (TestServer rotating = serve(new Issued(certificate, key))) {
      ManagedChannel before = channel(rotating, trusting(ours));
      HealthGrpc.HealthBlockingStub stub = HealthGrpc.newBlockingStub(before);
      assertServing(stub);
      BigInteger old = serialOf(rotating);
      assertThat(old).isEqualTo(read(certificate).getSerialNumber());

      Issued second = ours.issue("second", HERE, GOOD);
      Files.copy(second.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
      // Without its key, it is not used; nor does the server end.
      assertServing(stub);
      assertThat(serialOf(rotating)).isEqualTo(old);
      Files.copy(second.key(), key, StandardCopyOption.REPLACE_EXISTING);

      BigInteger fresh = read(certificate).getSerialNumber();
      Await.until(
          LIMIT, "the new certificate is shown", () -> serialOf(rotating).equals(fresh));
      assertServing(stub);
      assertThat(before.getState(false)).isEqualTo(io.grpc.ConnectivityState.READY);
      before.shutdownNow();
      check(rotating, trusting(ours));
    }
  }

  @Test
  void anAuthorityThatIsReplacedIsNoLongerBelieved() throws Exception {
    Path authorities = directory.resolve("authorities.pem");
    Files.copy(ours.authority(), authorities);
    Issued stranger = theirs.issue("later", "dns:shop.example.com", GOOD);
    try (TestServer rotating = serve(identity, authorities)) {
      check(rotating, holding(caller));
      assertUnreachable(() -> check(rotating, holding(stranger)));

      Files.copy(theirs.authority(), authorities, StandardCopyOption.REPLACE_EXISTING);

      Await.until(LIMIT, "the new authority is believed", () -> isServed(rotating, stranger));
      assertUnreachable(() -> check(rotating, holding(caller)));
    }
  }

  @Test
  void aKeyThatIsNotTheCertificatesStopsTheStart() {
    assertThatThrownBy(() -> serve(new Issued(identity.certificate(), caller.key())))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("the key is not the certificate's");
  }

  private static TestServer serve(Issued identity) {
    return serve(identity, ours.authority());
  }

  private static TestServer serve(Issued identity, Path clientCa) {
    return TestServer.start(
        TestMariaDb.shared(),
        "server.tls-certificate",
        identity.certificate().toString(),
        "server.tls-key",
        identity.key().toString(),
        "server.tls-client-ca",
        clientCa.toString());
  }

  private static TlsChannelCredentials.Builder trusting(Certificates authority) throws IOException {
    return TlsChannelCredentials.newBuilder().trustManager(authority.authority().toFile());
  }

  private static TlsChannelCredentials.Builder holding(Issued caller) throws IOException {
    return trusting(ours).keyManager(caller.certificate().toFile(), caller.key().toFile());
  }

  private static ManagedChannel channel(
      TestServer server, TlsChannelCredentials.Builder credentials) {
    return Grpc.newChannelBuilder("localhost:" + server.port(), credentials.build())
        .build();
  }

  private static void check(TlsChannelCredentials.Builder credentials) {
    check(server, credentials);
  }

  private static void check(TestServer server, TlsChannelCredentials.Builder credentials) {
    check(channel(server, credentials));
  }

  private static void check(ManagedChannel channel) {
    try {
      assertServing(HealthGrpc.newBlockingStub(channel));
    } finally {
      channel.shutdownNow();
    }
  }

  private static void assertServing(HealthGrpc.HealthBlockingStub stub) {
    assertThat(stub.withDeadlineAfter(20, TimeUnit.SECONDS)
            .check(HealthCheckRequest.getDefaultInstance())
            .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  private static boolean isServed(TestServer server, Issued caller) {
    try {
      check(server, holding(caller));
      return true;
    } catch (IOException | StatusRuntimeException e) {
      return false;
    }
  }

  private static void assertUnreachable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused -> assertThat(refused.getStatus().getCode())
                .as(refused.getMessage())
                .isEqualTo(Status.Code.UNAVAILABLE));
  }

  private static java.util.Optional<String> nameIn(String alternatives) throws Exception {
    return ClientCertificates.name(
        read(ours.issue("named-" + alternatives.hashCode(), alternatives, GOOD).certificate()));
  }

  private static X509Certificate read(Path certificate) throws Exception {
    try (InputStream in = Files.newInputStream(certificate)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /** Of the certificate that a new connection is shown. */
  private static BigInteger serialOf(TestServer server) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** The first byte of what comes back, if anything does: it begins a handshake or an alert. */
  private static byte[] answerTo(byte[] hello) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.getOutputStream().write(hello);
      return socket.getInputStream().readNBytes(1);
    }
  }

  /** A ClientHello by hand, for what no library of today would offer. */
  private static byte[] hello(int version, int suite) {
    ByteArrayOutputStream extensions = new ByteArrayOutputStream();
    write16(extensions, 10, 4, 2, 0x0017); // supported_groups: secp256r1
    write16(
        extensions, 13, 6, 4, 0x0403, 0x0804); // signature_algorithms: ECDSA and RSA with SHA-256
    write16(extensions, 16, 5, 3); // ALPN
    extensions.writeBytes(new byte[] {2, 'h', '2'});

    ByteArrayOutputStream body = new ByteArrayOutputStream();
    write16(body, version);
    body.writeBytes(new byte[32]);
    body.write(0);
    write16(body, 2, suite);
    write16(body, 0x0100); // No compression.
    write16(body, extensions.size());
    body.writeBytes(extensions.toByteArray());

    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.write(0x16);
    write16(record, 0x0301, body.size() + 4, 0x0100, body.size());
    record.writeBytes(body.toByteArray());
    return record.toByteArray();
  }

  private static void write16(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      out.write(value >>> 8);
      out.write(value);
    }
  }
}
