package dev.doorward.rpc;

import dev.doorward.database.Database;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says SERVING as long as the database answers, of the server as a whole and of each service. */
public final class Health implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Health.class);

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Database database;
  private final List<String> services;
  private final HealthStatusManager manager = new HealthStatusManager();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "health");
        thread.setDaemon(true);
        return thread;
      });
  private volatile ServingStatus status = ServingStatus.UNKNOWN;

  /** @param services those that stand and fall with the database */
  public Health(Database database, List<BindableService> services) {
    this.database = database;
    this.services = services.stream()
        .map(service -> service.bindService().getServiceDescriptor().getName())
        .toList();
  }

  BindableService service() {
    return manager.getHealthService();
  }

  /** Looks once, and from then on regularly. */
  public void start() {
    look();
    timer.scheduleWithFixedDelay(
        this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  public boolean isServing() {
    return status == ServingStatus.SERVING && !timer.isShutdown();
  }

  /** From now on NOT_SERVING, whatever the database does. */
  @Override
  public void close() {
    timer.shutdownNow();
    manager.enterTerminalState();
  }

  private void look() {
    ServingStatus seen = database.isReachable() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    if (seen == status) {
      return;
    }
    log.info("health: {}", seen);
    status = seen;
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, seen);
    services.forEach(service -> manager.setStatus(service, seen));
  }
}
