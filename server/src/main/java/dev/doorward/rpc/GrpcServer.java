package dev.doorward.rpc;

import dev.doorward.telemetry.Telemetry;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.UserServiceOuterClass;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The network side: one address, the services behind their interceptors, and a limit on everything. */
public final class GrpcServer implements AutoCloseable {

  private static final int RESET_WINDOW_SECONDS = 10;
  private static final Duration KEEP_ALIVE_ANSWER = Duration.ofSeconds(10);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** gRPC's complaints about what strangers send: a stack trace for each frame would fill the log. */
  private static final Logger COMPLAINTS =
      Logger.getLogger(NettyServerBuilder.class.getPackageName());

  static {
    COMPLAINTS.setLevel(Level.SEVERE);
    FrameLog.turnOff();
  }

  private final Server server;
  private final EventLoops loops;
  private final Connections connections;
  private final Admission admission;
  private final Optional<ServerTls> tls;
  private final Duration drain;

  private GrpcServer(
      Server server,
      EventLoops loops,
      Connections connections,
      Admission admission,
      Optional<ServerTls> tls,
      Duration drain) {
    this.server = server;
    this.loops = loops;
    this.connections = connections;
    this.admission = admission;
    this.tls = tls;
    this.drain = drain;
  }

  /**
   * Starts to listen.
   *
   * @param workers for what may wait
   * @param streams those that will be open
   * @param inPlace the methods that never wait, and run on the network's own threads
   */
  public static GrpcServer start(
      ServerConfig config,
      LimitConfig limits,
      Workers workers,
      Authentication authentication,
      OpenStreams streams,
      Health health,
      List<BindableService> services,
      Set<MethodDescriptor<?, ?>> inPlace,
      Telemetry telemetry)
      throws IOException {
    Set<String> inPlaceNames = namesOf(inPlace);
    List<ServerServiceDefinition> own = bind(services);
    List<ServerServiceDefinition> reflecting = List.of();
    if (config.reflection()) {
      own = new Reflection().describe(own);
      reflecting = bind(Reflection.services());
    }
    // In the order in which they run. What refuses a call before the last of them does so itself.
    List<ServerInterceptor> interceptors = List.of(
        new Framing(),
        new Admission.Interceptor(),
        new CallerInterceptor(authentication, MethodRoles.of(own, reflecting), streams),
        Rates.ofCallers(limits, inPlaceNames),
        new OnWorkers(workers, inPlaceNames, telemetry),
        new ErrorInterceptor());
    List<ServerServiceDefinition> all = new ArrayList<>();
    all.add(ServerInterceptors.interceptForward(
        Parsing.nullIfMalformed(health.service().bindService()),
        new Framing(),
        new Admission.Interceptor(),
        Rates.ofAddresses(limits.healthPerSecond()),
        new ErrorInterceptor()));
    Stream.concat(own.stream(), reflecting.stream())
        .forEach(service -> all.add(ServerInterceptors.interceptForward(service, interceptors)));

    Optional<ServerTls> tls = config.tls().map(ServerTls::open);
    Admission admission = new Admission(limits, inPlaceNames, streamingNames(all));
    Connections connections = new Connections(limits, tls.isPresent());
    EventLoops loops = EventLoops.start();
    NettyServerBuilder builder = NettyServerBuilder.forAddress(
            new InetSocketAddress(config.address(), config.port()))
        .bossEventLoopGroup(loops.accepting())
        .workerEventLoopGroup(loops.serving())
        .channelFactory(() -> loops.listen(connections))
        // Every call begins on the network's own thread; OnWorkers takes from there what may wait.
        .directExecutor()
        .addStreamTracerFactory(admission)
        .addTransportFilter(new ClientCertificates())
        .addServices(all);
    limit(builder, config, limits);
    if (tls.isPresent()) {
      builder.sslContext(tls.get().context());
    }
    CallTelemetry.configure(builder, telemetry);
    return new GrpcServer(
        builder.build().start(), loops, connections, admission, tls, config.drain());
  }

  /**
   * Loads what any server is made of: the contract's descriptors, gRPC and Netty. It takes as long as all that a start asks of
   * the database, and needs none of it, so both can be done at once.
   */
  public static void preload() {
    UserServiceOuterClass.getDescriptor();
    UserServiceGrpc.getServiceDescriptor();
    Epoll.isAvailable();
    NettyServerBuilder.forPort(0);
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) server.getListenSockets().get(0);
  }

  /** How many connections there are. */
  public int connections() {
    return connections.open();
  }

  /** How many calls, streams and watchers of the health are there. */
  public Map<String, LongSupplier> taken() {
    return admission.taken();
  }

  /** How often each reason was given for a refusal. */
  public Map<String, LongSupplier> refusals() {
    return Errors.given();
  }

  /** All that it answers, health and reflection included. */
  public List<ServiceDescriptor> services() {
    return server.getServices().stream()
        .map(ServerServiceDefinition::getServiceDescriptor)
        .toList();
  }

  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  /** Takes no new calls; those in flight go on. */
  public void drain() {
    server.shutdown();
  }

  /** Returns when the calls in flight have ended, or had their time. */
  @Override
  public void close() {
    drain();
    try {
      if (!server.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow().awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    tls.ifPresent(ServerTls::close);
    loops.close();
  }

  private static List<ServerServiceDefinition> bind(List<BindableService> services) {
    return services.stream()
        .map(service -> Parsing.nullIfMalformed(service.bindService()))
        .toList();
  }

  /** All that gRPC leaves open by itself. */
  private static void limit(NettyServerBuilder builder, ServerConfig config, LimitConfig limits) {
    builder
        .maxInboundMessageSize(config.maxMessageBytes())
        .maxInboundMetadataSize(limits.metadataBytes())
        .maxConcurrentCallsPerConnection(limits.callsPerConnection())
        .maxRstFramesPerWindow(limits.resetsPerConnection(), RESET_WINDOW_SECONDS)
        .handshakeTimeout(limits.handshake().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(limits.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .keepAliveTime(limits.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(KEEP_ALIVE_ANSWER.toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionIdle(limits.connectionIdle().toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionAge(limits.connectionAge().toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionAgeGrace(limits.connectionAgeGrace().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Set<String> namesOf(Set<MethodDescriptor<?, ?>> inPlace) {
    return Stream.concat(inPlace.stream(), HealthGrpc.getServiceDescriptor().getMethods().stream())
        .map(MethodDescriptor::getFullMethodName)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<String> streamingNames(List<ServerServiceDefinition> services) {
    return services.stream()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> method.getMethodDescriptor())
        .filter(method -> method.getType() != MethodType.UNARY)
        .map(MethodDescriptor::getFullMethodName)
        .collect(Collectors.toUnmodifiableSet());
  }
}
