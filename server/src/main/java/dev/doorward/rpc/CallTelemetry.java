package dev.doorward.rpc;

import dev.doorward.telemetry.Telemetry;
import io.grpc.ServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.grpc.opentelemetry.InternalGrpcOpenTelemetry;
import java.util.List;

/** Counts, times and traces every call, by gRPC's own plugin and under its names (gRFC A66, A72). */
final class CallTelemetry {

  /** Messages are small here; their sizes would cost as much again as the rest. */
  private static final List<String> SIZES = List.of(
      "grpc.server.call.sent_total_compressed_message_size",
      "grpc.server.call.rcvd_total_compressed_message_size");

  private CallTelemetry() {}

  static void configure(ServerBuilder<?> server, Telemetry telemetry) {
    telemetry.openTelemetry().ifPresent(sdk -> {
      GrpcOpenTelemetry.Builder plugin =
          GrpcOpenTelemetry.newBuilder().sdk(sdk).disableMetrics(SIZES);
      // Its tracing is complete, but not public yet.
      InternalGrpcOpenTelemetry.enableTracing(plugin, telemetry.tracing());
      plugin.build().configureServerBuilder(server);
    });
  }
}
