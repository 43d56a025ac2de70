package dev.doorward.rpc;

import dev.doorward.config.Settings;
import java.time.Duration;

/** How much anybody may ask for at once. */
public record LimitConfig(
    int connections,
    int connectionsPerAddress,
    int callsPerConnection,
    int resetsPerConnection,
    int framesPerConnection,
    int metadataBytes,
    Duration handshake,
    Duration connectionIdle,
    Duration connectionAge,
    Duration connectionAgeGrace,
    Duration keepAlive,
    Duration callTime,
    int calls,
    int validations,
    int feedHeads,
    int streams,
    int healthWatchers,
    int callsPerSecond,
    int validationsPerSecond,
    int healthPerSecond) {

  public static LimitConfig read(Settings settings) {
    return new LimitConfig(
        settings.integer(
            "limit.connections", 10_000, 1, 1_000_000, "connections at once, over all"),
        settings.integer(
            "limit.connections-per-address",
            1000,
            1,
            1_000_000,
            "connections at once from one address, or from one /64 of IPv6"),
        settings.integer(
            "limit.calls-per-connection", 256, 1, 100_000, "calls at once on one connection"),
        settings.integer(
            "limit.resets-per-connection",
            200,
            1,
            100_000,
            "calls that a connection may cancel within 10 seconds"),
        settings.integer(
            "limit.frames-per-connection",
            50_000,
            100,
            10_000_000,
            "frames of HTTP/2 within a second that carry next to nothing, on one connection"),
        settings.integer(
            "limit.metadata-bytes", 16 << 10, 1 << 10, 1 << 20, "the metadata of a call, in bytes"),
        settings.duration(
            "limit.handshake",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(2),
            "how long a new connection may take to speak TLS and HTTP/2"),
        settings.duration(
            "limit.connection-idle",
            Duration.ofMinutes(2),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            "how long a connection may be without calls"),
        settings.duration(
            "limit.connection-age",
            Duration.ofMinutes(5),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            "how old a connection may become, about"),
        settings.duration(
            "limit.connection-age-grace",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            "how long calls on a connection that is too old may go on"),
        settings.duration(
            "limit.keep-alive",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            "how often a connection may be tried by its client, and is by the server"),
        settings.duration(
            "limit.call-time",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "how long a call with one request and one answer may take, whatever its deadline"),
        settings.integer(
            "limit.calls", 1024, 1, 1_000_000, "calls at once that are no validations, over all"),
        settings.integer(
            "limit.validations", 4096, 1, 1_000_000, "validations at once that have to be read"),
        settings.integer(
            "limit.feed-heads",
            4096,
            1,
            1_000_000,
            "questions at once how far the feed of revocations is"),
        settings.integer("limit.streams", 2000, 1, 1_000_000, "streams at once, over all"),
        settings.integer(
            "limit.health-watchers", 200, 1, 1_000_000, "watchers of the server's health at once"),
        settings.integer(
            "limit.calls-per-second",
            10_000,
            1,
            10_000_000,
            "calls of one caller that are no validations, within a second"),
        settings.integer(
            "limit.validations-per-second",
            200_000,
            1,
            10_000_000,
            "validations of one caller within a second"),
        settings.integer(
            "limit.health-per-second",
            1000,
            1,
            10_000_000,
            "health checks from one address, or from one /64 of IPv6, within a second"));
  }
}
