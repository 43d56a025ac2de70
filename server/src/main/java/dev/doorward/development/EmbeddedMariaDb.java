package dev.doorward.development;

import dev.doorward.database.StartUpChecks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A real MariaDB of one's own, in a directory that survives restarts. */
public final class EmbeddedMariaDb implements AutoCloseable {

  private static final String USER = "doorward";

  private final MariaDbDirectory directory;
  private final DirectoryLock lock;
  private final int port;
  private final List<String> extraServerArguments;
  private final String password = newPassword();
  private final Thread shutdownHook = new Thread(this::close, "stop-mariadb");
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile MariaDbProcess process;

  private EmbeddedMariaDb(
      MariaDbDirectory directory, DirectoryLock lock, int port, List<String> extraArguments) {
    this.directory = directory;
    this.lock = lock;
    this.port = port;
    this.extraServerArguments = extraArguments;
  }

  /** Starts on any free port; otherwise as {@link #start(Path, int, String...)}. */
  public static EmbeddedMariaDb start(Path directory, String... extraServerArguments) {
    return start(directory, freePort(), extraServerArguments);
  }

  /**
   * Starts on that port of the loopback address, in a directory that is created if need be, and
   * returns when the server accepts connections. A server that a killed JVM left behind on this
   * directory is stopped first.
   *
   * @throws IllegalStateException if the directory is in use, naming the process that uses it; or
   *     if the server exits or is not ready within 60 s, with the end of its log
   */
  public static EmbeddedMariaDb start(Path directory, int port, String... extraServerArguments) {
    try {
      OwnerOnly.createDirectories(directory);
      Path root = directory.toRealPath();
      DirectoryLock lock = DirectoryLock.take(root);
      try {
        var files = new MariaDbDirectory(root, MariaDbBinaries.unpacked());
        var mariaDb = new EmbeddedMariaDb(files, lock, port, List.of(extraServerArguments));
        mariaDb.open();
        return mariaDb;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": MariaDB could not be started there", e);
    }
  }

  /** For a caller whose own shutdown hook closes this in its turn: hooks run all at once. */
  public EmbeddedMariaDb withoutShutdownHook() {
    Runtime.getRuntime().removeShutdownHook(shutdownHook);
    return this;
  }

  /** Says in the database itself what it is for, which a production server refuses to start on. */
  public EmbeddedMariaDb forDevelopment() throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl(), user(), password());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER DATABASE doorward COMMENT = '" + StartUpChecks.MADE_FOR_DEVELOPMENT + "'");
    }
    return this;
  }

  /** A URL that connects as it stands: it says already that nothing is encrypted on loopback. */
  public String jdbcUrl() {
    return "jdbc:mariadb://127.0.0.1:" + port + "/doorward?sslMode=disable";
  }

  /** The same after a restart. */
  public int port() {
    return port;
  }

  /** Who may do everything here, and is the only one who may log in. */
  public String user() {
    return USER;
  }

  /** New at each start, and until the end also in the directory's file {@code password}. */
  public String password() {
    return password;
  }

  /** Of the mariadbd that runs now, or ran last. */
  public long pid() {
    return process.pid();
  }

  /** Stops the server if it is alive, and starts it again on the same port. */
  public synchronized void restart() {
    process.stop();
    try {
      launch();
    } catch (IOException e) {
      throw new UncheckedIOException(directory.root() + ": MariaDB could not be restarted", e);
    }
  }

  /** Stops the server properly and lets go of the directory. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (lock) {
      if (process != null) {
        process.stop();
      }
      Files.deleteIfExists(directory.passwordFile());
    } catch (IOException e) {
      throw new UncheckedIOException(directory.root() + ": MariaDB could not be closed", e);
    } finally {
      forgetShutdownHook();
    }
  }

  private void open() throws IOException {
    Runtime.getRuntime().addShutdownHook(shutdownHook);
    try {
      directory.prepare();
      launch();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void launch() throws IOException {
    try {
      process = directory.launch(port, USER, password, extraServerArguments);
      if (closed.get()) { // By the shutdown hook, which may have come a moment too early to see it.
        process.stop();
        throw new IllegalStateException(directory.root() + ": closed while MariaDB was starting");
      }
      process.awaitReady(jdbcUrl(), USER, password);
    } finally {
      Files.deleteIfExists(directory.initFile());
    }
  }

  private void forgetShutdownHook() {
    try {
      withoutShutdownHook();
    } catch (IllegalStateException e) {
      // The JVM shuts down already, and this may be the hook itself.
    }
  }

  private static String newPassword() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("127.0.0.1: no free port", e);
    }
  }
}
