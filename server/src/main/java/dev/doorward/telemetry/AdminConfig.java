package dev.doorward.telemetry;

import dev.doorward.config.Settings;
import dev.doorward.config.Values;
import java.net.InetAddress;
import java.util.Optional;

/** Where those who run the server look at it. */
public record AdminConfig(
    InetAddress address, Optional<Integer> port, Optional<Integer> channelzPort) {

  public static AdminConfig read(Settings settings) {
    return new AdminConfig(
        settings.parsed(
            "admin.address",
            "127.0.0.1",
            "where /livez, /readyz and /metrics answer, over plain HTTP, whoever comes",
            Values::address),
        settings.optional(
            "admin.port", "the port for these; empty for none, 0 for a free one", Values::port),
        settings.optional(
            "admin.channelz-port",
            "the port on 127.0.0.1 for gRPC's channelz, which shows every connection; empty for none",
            Values::port));
  }
}
