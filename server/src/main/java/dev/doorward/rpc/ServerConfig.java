package dev.doorward.rpc;

import dev.doorward.config.Settings;
import dev.doorward.config.Values;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where and how the server listens. */
public record ServerConfig(
    InetAddress address,
    int port,
    Optional<Tls> tls,
    boolean reflection,
    int maxMessageBytes,
    Duration drain,
    int workerThreads,
    int validationThreads) {

  /** By which files the server proves who it is, and who its callers may prove to be. */
  public record Tls(Path certificate, Path key, Optional<Path> clientCa) {}

  public static ServerConfig read(Settings settings) {
    ServerConfig config = new ServerConfig(
        settings.parsed(
            "server.address",
            "127.0.0.1",
            "the address to listen on: without TLS a loopback address",
            Values::address),
        settings.integer(
            "server.port", 50051, 0, 65535, "the port to listen on; 0 takes a free one"),
        tls(settings),
        settings.flag(
            "server.reflection",
            false,
            "whether gRPC server reflection answers callers; the development command turns it on"),
        settings.integer(
            "server.max-message-bytes",
            1 << 20,
            1 << 16,
            1 << 24,
            "the largest message to accept, in bytes"),
        settings.duration(
            "server.drain",
            Duration.ofSeconds(10),
            Duration.ZERO,
            Duration.ofMinutes(10),
            "how long calls in flight may go on after a stop was asked for"),
        settings.integer(
            "server.worker-threads",
            64,
            1,
            4096,
            "threads that run calls on a JVM before 24; later ones run virtual threads"),
        settings.integer(
            "server.validation-threads",
            16,
            1,
            4096,
            "such threads for validations alone, which no other call keeps waiting"));
    settings.expect(
        config.tls().isPresent() || config.address().isLoopbackAddress(),
        "server.address: " + config.address().getHostAddress()
            + " (expected: a loopback address, or server.tls-certificate and server.tls-key,"
            + " for beyond this machine only TLS is spoken)");
    return config;
  }

  private static Optional<Tls> tls(Settings settings) {
    Optional<Path> certificate = settings.optional(
        "server.tls-certificate",
        "a PEM file with the server's certificate and those between it and its authority",
        Values::file);
    Optional<Path> key = settings.optional(
        "server.tls-key", "a PEM file with that certificate's key (PKCS #8)", Values::file);
    Optional<Path> clientCa = settings.optional(
        "server.tls-client-ca",
        "a PEM file with the authorities whose certificates prove callers; none: keys alone do",
        Values::file);
    settings.expect(
        certificate.isPresent() == key.isPresent(),
        "server.tls-certificate, server.tls-key: only one is set (expected: both or none)");
    settings.expect(
        clientCa.isEmpty() || certificate.isPresent(),
        "server.tls-client-ca: set (expected: server.tls-certificate and server.tls-key as well)");
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(new Tls(certificate.get(), key.get(), clientCa))
        : Optional.empty();
  }
}
