package dev.doorward.secrecy;

import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before the first test of a process: from here on all is logged, and all secrets and refusals are
 * collected. JUnit finds it by the file in {@code META-INF/services}, in every module that has these tests on its class path.
 */
public final class SecrecyListener implements LauncherSessionListener {

  private static final AtomicBoolean started = new AtomicBoolean();

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (started.compareAndSet(false, true)) {
      begin();
    }
  }

  private static void begin() {
    try {
      Files.createDirectories(Suite.DIRECTORY);
      try (Stream<Path> former = Files.list(Suite.DIRECTORY)) {
        for (Path file : former.toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    DebugLog.start();
    Collector collector = new Collector();
    collector.install();
    Suite.begin();
    writeControls(collector);
  }

  /** If these are not found, the search finds nothing. */
  private static void writeControls(Collector collector) {
    Logger log = LoggerFactory.getLogger(
        "org.mariadb.jdbc.Control"); // Of those that production keeps quiet.
    Controls.ways()
        .forEach((name, way) ->
            log.debug("it is {}, isn't it", way.apply(Suite.control(Place.DEBUG_LOG, name))));
    log.debug(
        "an exception", new IllegalStateException(Suite.control(Place.DEBUG_LOG, "an exception")));
    java.util.logging.Logger.getLogger("io.grpc.Control")
        .fine(Suite.control(Place.DEBUG_LOG, "java.util.logging"));
    Metadata trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("control-bin", Metadata.BINARY_BYTE_MARSHALLER),
        Suite.control(Place.ERRORS, "a detail").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    collector.refused(
        "Control",
        Status.INTERNAL.withDescription(Suite.control(Place.ERRORS, "a message")),
        trailers);
  }
}
