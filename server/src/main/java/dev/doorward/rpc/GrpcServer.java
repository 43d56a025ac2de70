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
import io.grpc.ServerServiceDefinition;
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
   * @param streams those that will be open
   * @param inPlace the methods that never wait, and run on the network's own threads
   */
  public static Server start(
      Config.Server config,
      Executor workers,
      Authentication authentication,
      OpenStreams streams,
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
        .addService(ServerInterceptors.interceptForward(
            Parsing.nullIfMalformed(health.service().bindService()), new ErrorInterceptor()));
    List<ServerServiceDefinition> own = bind(services);
    List<ServerServiceDefinition> reflecting =
        config.reflection() ? bind(Reflection.services()) : List.of();
    List<ServerInterceptor> interceptors = List.of(
        // Outside the errors, for what it hands to a worker comes back to nobody further out.
        new CallerInterceptor(authentication, MethodRoles.of(own, reflecting), streams, workers),
        new ErrorInterceptor());
    Reflection reflection = new Reflection();
    own.stream()
        .map(reflection::describe)
        .forEach(service ->
            builder.addService(ServerInterceptors.interceptForward(service, interceptors)));
    reflecting.forEach(
        service -> builder.addService(ServerInterceptors.interceptForward(service, interceptors)));
    return builder.build().start();
  }

  private static List<ServerServiceDefinition> bind(List<BindableService> services) {
    return services.stream()
        .map(service -> Parsing.nullIfMalformed(service.bindService()))
        .toList();
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
