package dev.doorward.rpc;

import dev.doorward.Config;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The network side: one address, the services behind their interceptors, and a limit on everything. */
public final class GrpcServer {

  private static final int MAX_CALLS_PER_CONNECTION = 256;
  private static final int MAX_RESETS_PER_WINDOW = 200;
  private static final int RESET_WINDOW_SECONDS = 10;
  private static final int MAX_METADATA_BYTES = 16 << 10;

  private GrpcServer() {}

  /**
   * Starts to listen.
   *
   * @param inPlace the methods that never wait, and run on the network's own threads
   */
  public static Server start(
      Config.Server config,
      Executor workers,
      Health health,
      List<BindableService> services,
      Set<MethodDescriptor<?, ?>> inPlace)
      throws IOException {
    NettyServerBuilder builder = NettyServerBuilder.forAddress(
            new InetSocketAddress(config.address(), config.port()))
        .executor(workers)
        .callExecutor(executors(workers, inPlace))
        .maxInboundMessageSize(config.maxMessageBytes())
        .maxInboundMetadataSize(MAX_METADATA_BYTES)
        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
        .maxRstFramesPerWindow(MAX_RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
        .handshakeTimeout(10, TimeUnit.SECONDS)
        .permitKeepAliveTime(30, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .maxConnectionAge(5, TimeUnit.MINUTES)
        .maxConnectionAgeGrace(30, TimeUnit.SECONDS)
        .addService(health.service());
    Reflection reflection = new Reflection();
    for (BindableService service : services) {
      builder.addService(ServerInterceptors.interceptForward(
          reflection.describe(Parsing.nullIfMalformed(service.bindService())), interceptors()));
    }
    if (config.reflection()) {
      Reflection.services().forEach(builder::addService);
    }
    return builder.build().start();
  }

  /** In the order in which they run. */
  private static List<ServerInterceptor> interceptors() {
    return List.of(new ErrorInterceptor(), new CallerInterceptor());
  }

  /** What never waits is answered at once, however busy the workers are. Health is of that kind. */
  private static ServerCallExecutorSupplier executors(
      Executor workers, Set<MethodDescriptor<?, ?>> inPlace) {
    Set<String> names =
        inPlace.stream().map(MethodDescriptor::getFullMethodName).collect(Collectors.toSet());
    HealthGrpc.getServiceDescriptor()
        .getMethods()
        .forEach(method -> names.add(method.getFullMethodName()));
    return new ServerCallExecutorSupplier() {
      @Override
      public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
        return names.contains(call.getMethodDescriptor().getFullMethodName())
            ? Runnable::run
            : workers;
      }
    };
  }
}
