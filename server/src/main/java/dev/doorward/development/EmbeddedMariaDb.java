package dev.doorward.development;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A real MariaDB of one's own, in a directory that survives restarts. It listens on loopback alone, and only whoever
 * started it knows the password.
 */
public final class EmbeddedMariaDb implements AutoCloseable {

  private static final String DATABASE = "doorward";
  private static final String USER = "doorward";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);

  private final MariaDbBinaries binaries;
  private final Path directory;
  private final Path data;
  private final DirectoryLock lock;
  private final List<String> extraArguments;
  private final int port;
  private final String password = HexFormat.of().formatHex(randomBytes());
  private Process process;

  private EmbeddedMariaDb(Path directory, List<String> extraArguments) throws IOException {
    this.directory = directory.toAbsolutePath();
    this.data = this.directory.resolve("data");
    this.extraArguments = extraArguments;
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    this.lock = DirectoryLock.take(this.directory);
    this.port = freePort();
    this.binaries = MariaDbBinaries.unpack();
  }

  /** Starts MariaDB on a directory, which is made if there is none, and waits until it answers. */
  public static EmbeddedMariaDb start(Path directory, String... extraServerArguments) {
    try {
      EmbeddedMariaDb mariaDb = new EmbeddedMariaDb(directory, List.of(extraServerArguments));
      try {
        mariaDb.stopLeftover();
        mariaDb.initialize();
        mariaDb.launch();
        return mariaDb;
      } catch (IOException | RuntimeException e) {
        mariaDb.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("MariaDB can't be started in " + directory, e);
    }
  }

  public String jdbcUrl() {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + DATABASE + "?sslMode=disable";
  }

  public String user() {
    return USER;
  }

  public String password() {
    return password;
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  /** Stops MariaDB, if it still runs, and starts it again on the same port. */
  public void restart() {
    stop();
    try {
      launch();
    } catch (IOException e) {
      throw new UncheckedIOException("MariaDB can't be started again in " + directory, e);
    }
  }

  @Override
  public void close() {
    stop();
    lock.close();
  }

  private synchronized void stop() {
    if (process != null) {
      end(process.toHandle());
    }
  }

  /** A crash of the JVM leaves its MariaDB behind, on this very directory. A stranger with the same pid is left alone. */
  private void stopLeftover() throws IOException {
    if (!Files.exists(pidFile())) {
      return;
    }
    Optional<ProcessHandle> leftover;
    try {
      leftover = ProcessHandle.of(Long.parseLong(Files.readString(pidFile()).strip()));
    } catch (NumberFormatException e) {
      return;
    }
    leftover
        .filter(handle -> handle
            .info()
            .arguments()
            .map(arguments -> Arrays.asList(arguments).contains("--datadir=" + data))
            .orElse(false))
        .ifPresent(EmbeddedMariaDb::end);
  }

  /** Makes an empty database: aside, then moved into place, so that a half is never taken for the whole. */
  private void initialize() throws IOException {
    if (Files.exists(data)) {
      return;
    }
    Path aside = Files.createTempDirectory(directory, "initializing-");
    Path output = directory.resolve("install.log");
    List<String> command = new ArrayList<>(List.of(
        binaries.installer().toString(),
        "--no-defaults",
        "--basedir=" + binaries.base(),
        "--datadir=" + aside,
        "--skip-test-db",
        "--auth-root-authentication-method=socket",
        "--auth-root-socket-user=" + System.getProperty("user.name")));
    command.addAll(asWhom());
    Process installer = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    int exit = await(installer);
    if (exit != 0) {
      throw new IOException("mariadb-install-db ended with " + exit + ": " + tail(output));
    }
    Files.move(aside, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private synchronized void launch() throws IOException {
    Path init = Files.createTempFile(
        directory,
        "init-",
        ".sql",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(
          init,
          "CREATE DATABASE IF NOT EXISTS %1$s CHARACTER SET utf8mb4;\nCREATE OR REPLACE USER '%2$s'@'127.0.0.1' IDENTIFIED BY '%3$s';\nGRANT ALL ON *.* TO '%2$s'@'127.0.0.1' WITH GRANT OPTION;\n"
              .formatted(DATABASE, USER, password));
      List<String> command = new ArrayList<>(List.of(
          binaries.server().toString(),
          "--no-defaults",
          "--basedir=" + binaries.base(),
          "--datadir=" + data,
          "--pid-file=" + pidFile(),
          "--log-error=" + log(),
          "--init-file=" + init,
          "--bind-address=127.0.0.1",
          "--port=" + port,
          // Relative to the data directory, for a socket's path may only be 107 bytes long.
          "--socket=mariadb.sock",
          "--skip-name-resolve",
          // Loopback alone; and a key for TLS takes seconds to make.
          "--skip-ssl",
          "--character-set-server=utf8mb4",
          "--collation-server=utf8mb4_nopad_bin",
          "--innodb-flush-log-at-trx-commit=1",
          "--innodb-buffer-pool-size=128M",
          "--performance-schema=OFF"));
      command.addAll(asWhom());
      command.addAll(extraArguments);
      process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      awaitReady();
    } finally {
      Files.delete(init);
    }
  }

  private void awaitReady() throws IOException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < end) {
      try (Connection connection = DriverManager.getConnection(jdbcUrl(), USER, password)) {
        return;
      } catch (SQLException e) {
        // Not yet.
      }
      try {
        if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException("mariadbd ended with " + process.exitValue() + ": " + tail(log()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for mariadbd", e);
      }
    }
    throw new IOException("mariadbd does not answer within " + START_LIMIT + ": " + tail(log()));
  }

  private Path pidFile() {
    return directory.resolve("mariadbd.pid");
  }

  private Path log() {
    return directory.resolve("mariadbd.log");
  }

  private static void end(ProcessHandle handle) {
    handle.destroy();
    try {
      handle.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      handle.destroyForcibly();
      handle.onExit().join();
    } catch (InterruptedException e) {
      handle.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static int await(Process installer) throws IOException {
    try {
      return installer.waitFor();
    } catch (InterruptedException e) {
      installer.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for mariadb-install-db", e);
    }
  }

  /** MariaDB refuses to run as root unless it is told to. */
  private static List<String> asWhom() {
    return System.getProperty("user.name").equals("root") ? List.of("--user=root") : List.of();
  }

  private static String tail(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "(no log)";
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static byte[] randomBytes() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
