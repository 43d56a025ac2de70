package dev.doorward.remote;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import dev.doorward.caller.CallerKey;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Which server to call, how to know that it is the one, and as whom. */
final class Connection {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final int LONGEST_KEY_FILE = 1 << 10;
  private static final int MOST_MESSAGE_BYTES = 1 << 24;
  private static final long KEEP_ALIVE_SECONDS =
      30; // As often as a server bears, unless it is told otherwise.

  /** It would show a stack trace for a name that leads nowhere. What is wrong, the call says too. */
  private static final Logger COMPLAINTS = Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

  static {
    COMPLAINTS.setFilter(complaint -> complaint.getLevel().intValue() < Level.INFO.intValue());
  }

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:50051",
      showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
      description = "the server; only one on this machine is called without TLS")
  private String target;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      defaultValue = "${env:DOORWARD_KEY_FILE}",
      description = "the caller's key; without it, the file that DOORWARD_KEY_FILE names")
  private Path keyFile;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description =
          "whose certificates to believe, as PEM, instead of those that the JVM believes; "
              + "with it, a server on this machine is called with TLS too")
  private Path authority;

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  String target() {
    return target;
  }

  /** Makes a channel each time it is asked, or refuses here and now what can't be one. */
  Supplier<ManagedChannel> channels() {
    HostAndPort server = server();
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + key().reveal());
    ChannelCredentials credentials = credentials(server);
    Supplier<ManagedChannelBuilder<?>> builders =
        () -> Grpc.newChannelBuilderForAddress(server.getHost(), server.getPort(), credentials)
            .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
            .maxInboundMessageSize(MOST_MESSAGE_BYTES)
            // A connection that somebody on the way has forgotten is no reason to wait for ever.
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .disableRetry();
    try {
      builders.get();
    } catch (RuntimeException e) { // What it throws for a bad certificate is documented nowhere.
      throw wrong("--tls-ca: " + authority + " (expected: certificates as PEM)");
    }
    return () -> builders.get().build();
  }

  private HostAndPort server() {
    try {
      HostAndPort server = HostAndPort.fromString(target).requireBracketsForIPv6();
      if (server.hasPort() && !server.getHost().isEmpty()) {
        return server;
      }
    } catch (IllegalArgumentException e) {
      // It is said below.
    }
    throw wrong("--target: " + Shown.of(target) + " (expected: HOST:PORT)");
  }

  private CallerKey key() {
    if (keyFile == null) {
      throw wrong("--key-file: not set (expected: a file, here or in DOORWARD_KEY_FILE)");
    }
    try {
      if (Files.size(keyFile) <= LONGEST_KEY_FILE) {
        String text = new String(Files.readAllBytes(keyFile), StandardCharsets.ISO_8859_1);
        return CallerKey.read(text.strip()).orElseThrow(this::noKey);
      }
    } catch (IOException e) {
      throw wrong("--key-file: " + keyFile + " can't be read");
    }
    throw noKey();
  }

  private CommandLine.ParameterException noKey() {
    return wrong("--key-file: " + keyFile + " holds no caller's key (expected: dwk_…)");
  }

  private ChannelCredentials credentials(HostAndPort server) {
    if (authority == null) {
      return isHere(server.getHost())
          ? InsecureChannelCredentials.create()
          : TlsChannelCredentials.create();
    }
    try {
      return TlsChannelCredentials.newBuilder().trustManager(authority.toFile()).build();
    } catch (IOException e) {
      throw wrong("--tls-ca: " + authority + " can't be read");
    }
  }

  /** Nobody is asked where a name leads: whoever answers could have the key sent in the clear. */
  private static boolean isHere(String host) {
    return host.equalsIgnoreCase("localhost")
        || InetAddresses.isInetAddress(host) && InetAddresses.forString(host).isLoopbackAddress();
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(command.commandLine(), message);
  }
}
